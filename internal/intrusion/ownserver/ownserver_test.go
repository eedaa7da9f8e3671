package ownserver

import (
	"net/netip"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/intrusion"
)

func TestServersOfOthersAreToldFromOwn(t *testing.T) {
	f := func(layer activity.Layer, client, server string, want bool, internal ...netip.Prefix) {
		t.Helper()
		h := &activity.HTTP{Layer: layer, Client: []byte(client)}
		h.Server, _ = netip.ParseAddr(server)
		if got := New(&intrusion.Site{Internal: internal}).Own(h); got != want {
			t.Errorf("%d %s to %s: %v", layer, client, server, got)
		}
	}
	f(activity.LayerOrigin, "10.0.0.5", "", true)
	f(activity.LayerForwardProxy, "10.0.0.5", "", false)
	f(activity.LayerSensor, "203.0.113.9", "10.0.0.80", true)
	f(activity.LayerSensor, "203.0.113.9", "198.51.100.80", true)
	f(activity.LayerSensor, "10.0.0.5", "198.51.100.80", false)
	f(activity.LayerSensor, "10.0.0.5", "10.0.0.80", true)
	f(activity.LayerSensor, "10.0.0.5", "198.51.100.80", true, netip.MustParsePrefix("198.51.100.0/24"))
	f(activity.LayerSensor, "198.51.100.5", "10.0.0.5", false, netip.MustParsePrefix("198.51.100.0/24"))
	f(activity.LayerSensor, "", "198.51.100.80", true)
}
