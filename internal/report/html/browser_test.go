package html

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"seawall/internal/finding"
	"seawall/internal/report/reporttest"
	"seawall/internal/verdict"
)

func TestBrowserRunsNothingThatStandsInAnyField(t *testing.T) {
	for _, window := range windows {
		t.Run(window.name, func(t *testing.T) {
			r, v := reporttest.Planted(reporttest.Cocktail())
			p := openTab(t, window.width, window.height)
			p.show(r, v, "")
			p.do(`document.querySelectorAll("details").forEach(d => d.open = true)`)
			p.quiet()
			// Every finding in the panel, by its address.
			for _, f := range r.Findings {
				if f.Suppressed != "" {
					continue
				}
				p.do(`location.hash = ` + fmt.Sprintf("%q", "#"+url.PathEscape(visible([]string{f.ID})[0])))
				p.wait(`!document.getElementById("details").hidden && document.getElementById("details").textContent.includes("The bytes that prove it")`)
				if n := p.text(`document.querySelectorAll("#details pre").length`); n != fmt.Sprint(len(f.Citations)) {
					t.Errorf("%s citations are shown, want %d", n, len(f.Citations))
				}
			}
			p.quiet()
			for _, check := range []struct{ expression, want string }{
				{`document.images.length`, "0"},
				{`document.scripts.length`, "2"},
				{`document.querySelectorAll("style").length`, "1"},
				{`document.querySelectorAll("[onerror],[onmouseover],[onclick],[style]").length - document.querySelectorAll("#spacer[style],#window[style]").length`, "0"},
				{`[...document.querySelectorAll("a")].filter(a => !a.getAttribute("href").startsWith("#")).length`, "0"},
			} {
				if got := p.text(check.expression); got != check.want {
					t.Errorf("%s is %s, want %s", check.expression, got, check.want)
				}
			}
		})
	}
}

func TestBrowserShowsHostileFindings(t *testing.T) {
	r := reporttest.HostileResult()
	v := verdict.Of(r)
	p := openTab(t, 1280, 900)
	p.show(r, &v, "")
	p.quiet()
	if rows, want := p.text(`document.querySelectorAll("#window .row").length`), fmt.Sprint(len(r.Findings)-r.Suppressed()); rows != want {
		t.Errorf("%s rows are shown, want %s", rows, want)
	}
	if !strings.Contains(p.text(`document.body.textContent`), `\x1b[2J\x1b]0;owned\x07`) {
		t.Error("control characters are not spelled out")
	}
}

func TestBrowserCanBeUsedWithKeysAlone(t *testing.T) {
	for _, window := range windows {
		t.Run(window.name, func(t *testing.T) {
			r := reporttest.Rich()
			v := verdict.Of(r)
			p := openTab(t, window.width, window.height)
			p.show(r, &v, "")
			active := func(expression string) string { return p.text(`document.activeElement.` + expression) }

			// Tab leads to the first step of the drawing; arrows go on; Enter opens.
			for i := 0; !strings.HasPrefix(active(`getAttribute("class")`), "step"); i++ {
				if i == 60 {
					t.Fatal("Tab does not reach the drawing")
				}
				p.keys("Tab")
			}
			p.keys("ArrowRight", "ArrowRight")
			step := active(`getAttribute("href")`)
			if want := "#" + v.Incidents[0].Steps[2].Finding; step != want {
				t.Errorf("the third step is %s, want %s", step, want)
			}
			p.keys("Enter")
			p.wait(`!document.getElementById("details").hidden`)
			if got, want := p.text(`document.querySelector("#details h3").textContent`), v.Incidents[0].Steps[2].Title; got != want {
				t.Errorf("the panel tells of %q, want %q", got, want)
			}
			if p.text(`document.querySelector("#details pre").textContent`) == "" || active("id") != "details" {
				t.Error("the panel shows no bytes, or has not the focus")
			}
			p.keys("Escape")
			if p.text(`document.getElementById("details").hidden`) != "true" || active(`getAttribute("href")`) != step {
				t.Errorf("Escape does not lead back to the step, but to %s", active("outerHTML.slice(0, 200)"))
			}
			p.keys("Enter") // the same step again
			p.wait(`!document.getElementById("details").hidden`)
			p.keys("Escape")

			// Plus and minus zoom, 0 fits.
			width := `Number(document.querySelector("svg.graph").getAttribute("width"))`
			before := p.text(width)
			p.keys("+", "+")
			if wider := p.text(width + " > " + before); wider != "true" {
				t.Error("the + key does not zoom in")
			}
			p.keys("0")
			if fits := p.text(width + ` <= document.querySelector(".drawing .scroll").clientWidth + 1`); fits != "true" {
				t.Error("the 0 key does not fit the drawing into its place")
			}

			// The table: arrows move, Enter opens, Escape leads back.
			p.do(`document.getElementById("grid").focus()`)
			p.keys("Home", "ArrowDown", "Enter")
			p.wait(`!document.getElementById("details").hidden`)
			if got, want := p.text(`document.querySelector("#details h3").textContent`), r.Findings[1].Title; got != want {
				t.Errorf("the panel tells of %q, want %q", got, want)
			}
			p.keys("Escape")
			if active("id") != "grid" {
				t.Errorf("Escape leads to %s, want the table", active("id"))
			}
			p.quiet()
		})
	}
}

func TestBrowserFiltersByLinksAndLists(t *testing.T) {
	r := reporttest.Rich()
	v := verdict.Of(r)
	p := openTab(t, 1280, 900)
	p.show(r, &v, "technique=T1190")
	count := func(what string, keep func(*finding.Finding) bool) {
		t.Helper()
		want := 0
		for f := range r.Active {
			if keep(f) {
				want++
			}
		}
		if got := p.text(`document.getElementById("state").textContent`); !strings.HasPrefix(got, fmt.Sprintf("%d of ", want)) {
			t.Errorf("%s: %q, want %d", what, got, want)
		}
	}
	has := func(id string) func(*finding.Finding) bool {
		return func(f *finding.Finding) bool { return strings.Contains(strings.Join(f.Techniques, " "), id) }
	}
	count("address of a technique", has("T1190"))
	p.do(`document.querySelector("#attack a[href='#technique=T1505.003']").click()`)
	p.wait(`location.hash === "#technique=T1505.003" && !document.getElementById("technique").hidden && document.getElementById("technique").textContent.includes("T1505.003")`)
	count("link in the matrix", has("T1505.003"))
	p.do(`document.getElementById("reset").click()`)
	count("show all", func(*finding.Finding) bool { return true })
	p.do(`const q = document.getElementById("question"); q.value = "1"; q.dispatchEvent(new Event("change"))`)
	count("question", func(f *finding.Finding) bool { return f.Question == finding.Exposed })
	p.do(`document.getElementById("reset").click(); const d = document.getElementById("detector"); d.selectedIndex = [...d.options].findIndex(o => o.text === "endoflife"); d.dispatchEvent(new Event("change"))`)
	count("detector", func(f *finding.Finding) bool { return f.Detector == "endoflife" })
	p.do(`location.hash = "#tactic=exfiltration"`)
	p.wait(`document.getElementById("tactic").selectedOptions[0].text === "Exfiltration"`)
	count("tactic", has("T1041"))
	p.do(`location.hash = "#" + ` + fmt.Sprintf("%q", r.Findings[len(r.Findings)-1].ID)) // suppressed, and filtered away
	p.wait(`!document.getElementById("details").hidden`)
	if got := p.text(`document.querySelector(".row[aria-selected=true]").textContent`); !strings.Contains(got, r.Findings[len(r.Findings)-1].Title) {
		t.Errorf("the row selected is %q", got)
	}
	p.quiet()
}

func TestBrowserStaysQuickWithFiftyThousandFindings(t *testing.T) {
	r := reporttest.Large(50_000)
	v := verdict.Of(r)
	p := openTab(t, 1280, 900)
	p.show(r, &v, "")
	if rows := p.text(`document.querySelectorAll("#window .row").length`); rows != "40" {
		t.Errorf("%s rows are in the document, want 40", rows)
	}
	if got := p.text(`document.getElementById("state").textContent`); got != "50,000 of 50,000 findings" {
		t.Errorf("the table says %q", got)
	}
	// The last one has its bytes, too.
	p.do(`location.hash = "#` + r.Findings[len(r.Findings)-1].ID + `"`)
	p.wait(`document.querySelector("#details pre") !== null`)
	timed := func(what, script string, limit float64) {
		t.Helper()
		var ms float64
		if err := p.Eval(`(() => { const start = performance.now(); `+script+`; return performance.now() - start; })()`, &ms); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %.0f ms", what, ms)
		if ms > limit {
			t.Errorf("%s takes %.0f ms, at most %.0f are allowed", what, ms, limit)
		}
	}
	change := func(id, value string) string {
		return fmt.Sprintf(`const e = document.getElementById(%q); e.value = %q; document.getElementById("question").dispatchEvent(new Event("change"))`, id, value)
	}
	const patience = 1500 // a fifth of it on an idle machine
	timed("search of all text", change("text", "o4711.txt"), patience)
	timed("search again", change("text", "whoami"), patience)
	timed("host", change("host", "ws17"), patience)
	timed("sort by host", `document.querySelectorAll("#head button")[3].click()`, patience)
	timed("show all", `document.getElementById("reset").click()`, patience)
	timed("scroll to the middle", `document.getElementById("body").scrollTop = 700000; document.getElementById("body").dispatchEvent(new Event("scroll"))`, patience)
	p.quiet()
}

func TestBrowserPrintsAllButTheTable(t *testing.T) {
	r := reporttest.Rich()
	v := verdict.Of(r)
	p := openTab(t, 794, 1123) // A4 at 96 dots an inch
	p.show(r, &v, "")
	if err := p.Media("print", "dark"); err != nil {
		t.Fatal(err)
	}
	for _, check := range []struct{ expression, want string }{
		{`getComputedStyle(document.getElementById("app")).display`, "none"},
		{`getComputedStyle(document.querySelector(".zoom")).display`, "none"},
		{`getComputedStyle(document.body).backgroundColor`, "rgb(255, 255, 255)"},
		{`document.querySelector(".top pre").checkVisibility({contentVisibilityAuto: true})`, "true"}, // in a closed <details>
		{`document.querySelector(".top pre").getBoundingClientRect().height > 10`, "true"},
		{`document.querySelector("svg.graph").getBoundingClientRect().right <= innerWidth`, "true"},
	} {
		if got := p.text(check.expression); got != check.want {
			t.Errorf("%s is %s, want %s", check.expression, got, check.want)
		}
	}
	p.quiet()
}

func TestBrowserTellsTheNamesOfAllTechniquesOnDemand(t *testing.T) {
	r := reporttest.Rich()
	v := verdict.Of(r)
	p := openTab(t, 390, 844)
	p.show(r, &v, "")
	width := `document.querySelector(".tiles .unseen").getBoundingClientRect().width`
	if p.text(width+" <= 1") != "true" {
		t.Error("names of what was not found are shown at once")
	}
	p.do(`document.getElementById("names").focus()`)
	p.keys(" ")
	if p.text(width+" > 40") != "true" {
		t.Error("names of what was not found are not shown when asked for")
	}
	p.quiet()
}

func TestBrowserNamesEverythingThatCanBeUsed(t *testing.T) {
	r := reporttest.Rich()
	v := verdict.Of(r)
	p := openTab(t, 1280, 900)
	p.show(r, &v, r.Findings[0].ID)
	nameless := p.text(`[...document.querySelectorAll("a, button, input, select, summary, [role=region], [role=group], [role=img], [role=grid], [role=dialog]")]
		.filter(e => !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels && e.labels.length && e.labels[0].textContent.trim() || e.getAttribute("aria-labelledby")))
		.map(e => e.outerHTML.slice(0, 120))`)
	if nameless != "" {
		t.Errorf("without a name: %s", nameless)
	}
	if twice := p.text(`[...document.querySelectorAll("[id]")].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)`); twice != "" {
		t.Errorf("ids that stand twice: %s", twice)
	}
	// Text must stand out from its ground: WCAG 2.2, 1.4.3.
	for _, colours := range []string{"light", "dark"} {
		if err := p.Media("", colours); err != nil {
			t.Fatal(err)
		}
		if faint := p.text(contrast); faint != "" {
			t.Errorf("%s: too faint: %s", colours, faint)
		}
	}
}

// contrast lists elements whose own text has less than 4.5:1 against the first
// ground behind it that is not see-through.
const contrast = `(() => {
	const parse = c => c.match(/[\d.]+/g).map(Number);
	const light = ([r, g, b]) => { const f = [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
	const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
	const out = new Set();
	for (const e of document.querySelectorAll("body *:not(svg *)")) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility() || e.closest(".hidden-by-list")) continue;
		const colour = getComputedStyle(e).color;
		if (!colour.startsWith("rgb(")) continue;
		const [a, b] = [light(parse(colour)), light(ground(e))].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
		if (ratio < 4.5) out.add(e.tagName + "." + e.className + " " + ratio.toFixed(2));
	}
	return [...out];
})()`
