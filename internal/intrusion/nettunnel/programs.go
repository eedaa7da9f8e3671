package nettunnel

import (
	"bytes"
	"net/netip"

	"seawall/internal/activity"
)

// tunnel is a kind of tunnel.
type tunnel uint8

const (
	ssf     tunnel = iota // Secure Socket Funnelling
	chisel                // SSH in WebSocket
	ssh                   // SSH on the port of another service
	httpt                 // httptunnel
	regeorg               // a page that relays connections
	service               // a company's relay: ngrok, Cloudflare, …
	socks                 // a SOCKS proxy
	icmp                  // data in echo requests
	pivot                 // two connections that are halves of one
	sshOdd                // SSH on a port of its own
	vpn                   // a virtual private network of somebody else
)

// relays are the names that programs which publish internal services through a
// company's relay connect to.
var relays = []struct{ suffix, program string }{
	{"ngrok.com", "ngrok"}, {"ngrok-agent.com", "ngrok"}, {"ngrok.io", "ngrok"}, {"ngrok-free.app", "ngrok"}, {"ngrok.app", "ngrok"},
	{"argotunnel.com", "cloudflared"}, {"cftunnel.com", "cloudflared"}, {"trycloudflare.com", "cloudflared"},
	{"devtunnels.ms", "Visual Studio dev tunnels"}, {"tunnels.api.visualstudio.com", "Visual Studio dev tunnels"},
	{"localtunnel.me", "localtunnel"}, {"loca.lt", "localtunnel"}, {"localhost.run", "localhost.run"}, {"lhr.life", "localhost.run"},
	{"serveo.net", "serveo"}, {"pinggy.io", "pinggy"}, {"pagekite.me", "PageKite"}, {"bore.pub", "bore"}, {"playit.gg", "playit"},
	{"packetriot.net", "Packetriot"}, {"localxpose.io", "LocalXpose"}, {"tunnelmole.net", "Tunnelmole"}, {"zrok.io", "zrok"},
	{"portmap.io", "Portmap"}, {"telebit.cloud", "Telebit"}, {"gsocket.io", "gsocket"}, {"natfrp.com", "frp"}, {"sakurafrp.com", "frp"},
}

// rendezvous names the program that connects to a name; "" if none is known.
func rendezvous(name []byte) string {
	name = bytes.TrimSuffix(name, []byte("."))
	for i := range relays {
		suffix := relays[i].suffix
		if len(name) < len(suffix) || !bytes.EqualFold(name[len(name)-len(suffix):], []byte(suffix)) {
			continue
		}
		if len(name) == len(suffix) || name[len(name)-len(suffix)-1] == '.' {
			return relays[i].program
		}
	}
	return ""
}

// request notes requests that only tunnel programs make.
func (n *notes) request(a *activity.Activity) {
	h := a.HTTP
	t, detail := requestTunnel(h)
	if detail == "" {
		return
	}
	client, err := netip.ParseAddr(string(h.Client))
	if err != nil {
		return
	}
	n.note(a, client, h.Server, h.ServerPort, sign{Tunnel: t, Detail: detail})
}

var (
	crap       = []byte("crap=")
	cmdQuery   = []byte("cmd=")
	chiselMark = []byte("chisel-v")
)

// requestTunnel recognises the requests of httptunnel, chisel and reGeorg.
func requestTunnel(h *activity.HTTP) (t tunnel, detail string) {
	switch {
	case bytes.HasPrefix(h.Query, crap) && isDigits(h.Query[len(crap):]) && bytes.HasSuffix(h.Path, []byte("/index.html")):
		return httpt, "index.html?crap="
	case bytes.Contains(h.Headers, chiselMark):
		return chisel, "Sec-WebSocket-Protocol: chisel"
	case bytes.HasPrefix(h.Query, cmdQuery) && (bytes.HasPrefix(h.Query, []byte("cmd=connect&target=")) || string(h.Query) == "cmd=read" || string(h.Query) == "cmd=forward" || string(h.Query) == "cmd=disconnect"):
		return regeorg, string(h.Path)
	case len(h.Headers) > 0 && (bytes.Contains(h.Headers, []byte("X-CMD: CONNECT")) || bytes.Contains(h.Headers, []byte("X-TARGET: "))):
		return regeorg, string(h.Path)
	case h.Layer == activity.LayerSensor || h.Layer == activity.LayerForwardProxy:
		if program := rendezvous(hostOf(h)); program != "" {
			return service, program
		}
	}
	return 0, ""
}

// hostOf returns the name a request is for, without a port.
func hostOf(h *activity.HTTP) []byte {
	name := h.Host
	if string(h.Method) == "CONNECT" && len(h.Target) > 0 {
		name = h.Target
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[:i]
	}
	return name
}

func isDigits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(text) > 0
}
