package pcap

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// logsCompared are Zeek's logs that rows are compared with, and the fields as far as they are read, with the percentage of cells that must agree.
var logsCompared = map[string]struct {
	source, fields string
	floor          int
}{
	"ssl.log":         {"tls", "version cipher curve server_name resumed next_protocol established ssl_history cert_chain_fps client_cert_chain_fps last_alert", 96},
	"dns.log":         {"dns", "proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA answers TTLs rejected", 87},
	"http.log":        {"http", "trans_depth method host uri referrer version user_agent request_body_len response_body_len status_code status_msg info_code info_msg username", 97},
	"ssh.log":         {"ssh", "version client server cipher_alg mac_alg compression_alg kex_alg host_key_alg", 100},
	"smb_mapping.log": {"smb_mapping", "path service native_file_system share_type", 100},
	"smb_files.log":   {"smb_files", "action path name size prev_name", 100},
	"dce_rpc.log":     {"dce_rpc", "rtt named_pipe endpoint operation", 96},
	"ntlm.log":        {"ntlm", "username hostname domainname server_nb_computer_name server_dns_computer_name server_tree_name success", 100},
	"kerberos.log":    {"kerberos", "request_type client service success error_msg till cipher forwardable renewable", 90},
	"quic.log":        {"quic", "version client_initial_dcid client_scid server_scid server_name client_protocol", 100},
	"tunnel.log":      {"tunnel", "tunnel_type", 100},
	"rdp.log":         {"rdp", "cookie result security_protocol client_channels keyboard_layout client_build client_name client_dig_product_id desktop_width desktop_height requested_color_depth", 100},
}

// tally counts cells of one log.
type tally struct {
	rows, found, exact, cells, right int
	wrong                            map[string]int
}

func sameText(name, want, got string) bool {
	want = strings.ReplaceAll(want, `\\`, `\`)
	if want == got || (want == "-" || want == "(empty)") && got == "" || name == "query" && strings.EqualFold(want, got) {
		return true
	}
	if name == "rtt" || name == "TTLs" || name == "till" {
		w, err1 := strconv.ParseFloat(want, 64)
		g, err2 := strconv.ParseFloat(got, 64)
		return err1 == nil && err2 == nil && w-g < 0.000002 && g-w < 0.000002
	}
	return false
}

func TestRowsAgreeWithZeek(t *testing.T) {
	tallies := map[string]*tally{}
	for _, z := range zeekTests(t) {
		var out *table
		for _, log := range slices.Sorted(maps.Keys(logsCompared)) {
			want := z.expected(t, log)
			if len(want) == 0 || want[0]["id.orig_h"] == "" {
				continue
			}
			if out == nil {
				out = readFile(t, z.file)
			}
			if tallies[log] == nil {
				tallies[log] = &tally{wrong: map[string]int{}}
			}
			compareRows(t, z.Test+" "+log, want, out.of(logsCompared[log].source), strings.Fields(logsCompared[log].fields), tallies[log])
		}
	}
	for _, log := range slices.Sorted(maps.Keys(tallies)) {
		c := tallies[log]
		t.Logf("%s: %d rows, %d found, %d equal; %d of %d cells equal; wrong: %v", log, c.rows, c.found, c.exact, c.right, c.cells, c.wrong)
		if floor := logsCompared[log].floor; 100*c.right < floor*c.cells || 100*c.found < 80*c.rows {
			t.Errorf("%s: fewer cells agree than before", log)
		}
	}
}

func compareRows(t *testing.T, where string, want, got []map[string]string, fields []string, c *tally) {
	used := make([]bool, len(got))
	for _, w := range want {
		if w["action"] == "Tunnel::CLOSE" {
			continue // that tunnels were met is told, not that they were left
		}
		c.rows++
		best, right := -1, -1
		for i, g := range got {
			if used[i] || w["id.orig_h"] != g["id.orig_h"] || w["id.orig_p"] != g["id.orig_p"] || w["id.resp_h"] != g["id.resp_h"] || w["id.resp_p"] != g["id.resp_p"] {
				continue
			}
			n := 0
			for _, name := range fields {
				if _, there := w[name]; !there || sameText(name, w[name], g[name]) {
					n++
				}
			}
			if n > right {
				best, right = i, n
			}
		}
		if best < 0 {
			t.Logf("%s: no %v", where, w)
			continue
		}
		used[best] = true
		c.found++
		c.cells += len(fields)
		c.right += right
		if right == len(fields) {
			c.exact++
			continue
		}
		for _, name := range fields {
			if value, there := w[name]; there && !sameText(name, value, got[best][name]) {
				c.wrong[name]++
				t.Logf("%s: %s: want %q, got %q", where, name, value, got[best][name])
			}
		}
	}
}
