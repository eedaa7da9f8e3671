package inventory

import "strings"

// headerKinds are the headers of an HTTP response that tell what answered, by
// name, and the kinds of banner they are.
var headerKinds = map[string]string{
	"server": "http-server", "x-powered-by": "http-powered-by", "www-authenticate": "http-www-authenticate", "set-cookie": "http-cookie",
	"x-owa-version": "http-header", "x-jenkins": "http-header", "microsoftsharepointteamservices": "http-header",
}

// HeaderBanner returns the banner that a line of an HTTP response's head is; ok
// is false if it tells nothing of what answered.
func HeaderBanner(line string) (b Banner, ok bool) {
	line = strings.TrimSpace(line)
	name, value, _ := strings.Cut(line, ":")
	b.Kind, b.Text = headerKinds[strings.ToLower(strings.TrimSpace(name))], strings.TrimSpace(value)
	if b.Kind == "http-header" {
		b.Text = line
	}
	return b, b.Kind != ""
}
