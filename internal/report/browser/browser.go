// Package browser drives a headless Chromium over its debugging pipe, so that
// tests of the report, and the pictures of it, are made with real keys and
// real widths.
package browser

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Find returns the program named by the environment's CHROMIUM, or the first
// of the usual names in PATH; "" if there is none.
func Find() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Page is a tab of a browser of its own. It is not safe for concurrent use.
type Page struct {
	command *exec.Cmd
	profile string
	to      *os.File
	from    *bufio.Reader
	session string
	last    int
	loaded  bool
	// Complaints are what the console, the policy or a dialog said.
	Complaints []string
}

type message struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// Params are the arguments of a command of the DevTools protocol.
type Params map[string]any

// Patience is how long a page may take to load.
const Patience = 60 * time.Second

// Open starts a browser with an empty page of a width and height in pixels.
func Open(program string, width, height int) (*Page, error) {
	profile, err := os.MkdirTemp("", "seawall-browser-")
	if err != nil {
		return nil, err
	}
	theirIn, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	from, theirOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &Page{profile: profile, to: to, from: bufio.NewReader(from)}
	p.command = exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	p.command.ExtraFiles = []*os.File{theirIn, theirOut} // descriptors 3 and 4
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	theirIn.Close()
	theirOut.Close()
	if err := p.attach(width, height); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Page) attach(width, height int) error {
	var made struct {
		TargetID string `json:"targetId"`
	}
	if err := p.call("Target.createTarget", Params{"url": "about:blank"}, &made); err != nil {
		return err
	}
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	if err := p.call("Target.attachToTarget", Params{"targetId": made.TargetID, "flatten": true}, &attached); err != nil {
		return err
	}
	p.session = attached.SessionID
	for _, domain := range []string{"Page.enable", "Runtime.enable", "Log.enable"} {
		if err := p.call(domain, Params{}, nil); err != nil {
			return err
		}
	}
	return p.Resize(width, height)
}

// Resize sets the size of the window.
func (p *Page) Resize(width, height int) error {
	return p.call("Emulation.setDeviceMetricsOverride", Params{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Media shows the page as on paper ("print") or on the screen (""), in light or
// dark colours.
func (p *Page) Media(medium, colours string) error {
	return p.call("Emulation.setEmulatedMedia", Params{"media": medium, "features": []Params{{"name": "prefers-color-scheme", "value": colours}}}, nil)
}

// Load opens an address and waits until its scripts have run.
func (p *Page) Load(address string) error {
	p.loaded = false
	if err := p.call("Page.navigate", Params{"url": address}, nil); err != nil {
		return err
	}
	for start := time.Now(); !p.loaded; {
		if time.Since(start) > Patience {
			return errors.New("the page did not load in time")
		}
		if err := p.call("Runtime.evaluate", Params{"expression": "1"}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Eval evaluates an expression of JavaScript, waits for its promise if it is
// one, and stores its value.
func (p *Page) Eval(expression string, value any) error {
	var out struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		ExceptionDetails json.RawMessage `json:"exceptionDetails"`
	}
	if err := p.call("Runtime.evaluate", Params{"expression": expression, "returnByValue": true, "awaitPromise": true}, &out); err != nil {
		return err
	}
	if out.ExceptionDetails != nil {
		return fmt.Errorf("%s: %s", expression, out.ExceptionDetails)
	}
	if value == nil || out.Result.Value == nil {
		return nil
	}
	return json.Unmarshal(out.Result.Value, value)
}

// Wait waits until an expression is true.
func (p *Page) Wait(expression string) error {
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		var done bool
		if err := p.Eval("Boolean("+expression+")", &done); err != nil || done {
			return err
		}
		if time.Since(start) > Patience {
			return fmt.Errorf("not in time: %s", expression)
		}
	}
}

// Key presses a key by its name: "Enter", "Tab", "ArrowDown", "a".
func (p *Page) Key(name string) error {
	codes := map[string]int{"Enter": 13, "Tab": 9, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "End": 35, "Home": 36}
	params := Params{"type": "keyDown", "key": name, "code": name, "windowsVirtualKeyCode": codes[name]}
	switch {
	case name == "Enter":
		params["text"] = "\r"
	case len(name) == 1:
		params["text"] = name
	}
	if err := p.call("Input.dispatchKeyEvent", params, nil); err != nil {
		return err
	}
	return p.call("Input.dispatchKeyEvent", Params{"type": "keyUp", "key": name, "code": name, "windowsVirtualKeyCode": codes[name]}, nil)
}

// Picture returns what the window shows as PNG; whole takes all of the page.
func (p *Page) Picture(whole bool) ([]byte, error) {
	var out struct {
		Data string `json:"data"`
	}
	if err := p.call("Page.captureScreenshot", Params{"format": "png", "captureBeyondViewport": whole, "optimizeForSpeed": false}, &out); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(out.Data)
}

// Close ends the browser.
func (p *Page) Close() {
	p.session = ""
	_ = p.call("Browser.close", Params{}, nil)
	p.to.Close()
	_ = p.command.Wait()
	os.RemoveAll(p.profile)
}

// call sends a command and reads until its answer, noting what happens
// meanwhile.
func (p *Page) call(method string, params Params, result any) error {
	p.last++
	body, err := json.Marshal(params)
	if err != nil {
		return err
	}
	text, err := json.Marshal(message{ID: p.last, SessionID: p.session, Method: method, Params: body})
	if err != nil {
		return err
	}
	if _, err := p.to.Write(append(text, 0)); err != nil {
		return err
	}
	for {
		answer, err := p.from.ReadBytes(0)
		if err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		var m message
		if err := json.Unmarshal(bytes.TrimSuffix(answer, []byte{0}), &m); err != nil {
			return err
		}
		switch {
		case m.ID == 0:
			p.note(&m)
		case m.ID != p.last: // of an accepted dialog
		case m.Error != nil:
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		case result != nil:
			return json.Unmarshal(m.Result, result)
		default:
			return nil
		}
	}
}

// note takes an event.
func (p *Page) note(m *message) {
	complaints := []string{"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"}
	switch {
	case m.Method == "Page.loadEventFired":
		p.loaded = true
	case slices.Contains(complaints, m.Method):
		p.Complaints = append(p.Complaints, strings.TrimPrefix(m.Method, "Page.")+" "+string(m.Params))
	}
	if m.Method == "Page.javascriptDialogOpening" { // an open dialog stops everything
		accept, _ := json.Marshal(message{ID: 1 << 30, SessionID: p.session, Method: "Page.handleJavaScriptDialog", Params: json.RawMessage(`{"accept":true}`)})
		_, _ = p.to.Write(append(accept, 0))
	}
}
