package flowtext

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seawall/internal/corpus"
	"seawall/internal/evidence/evidencetest"
)

const (
	nfdump = "ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,ra\n2024-01-01 12:00:00,2024-01-01 12:00:01,1.136,10.0.0.1,192.0.2.1,50000,443,TCP,...AP.SF,31,1840,127.0.0.1\nSummary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n1,1840,31,5,5,5\n"
	argus  = "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label\n2024/01/01 12:00:00.325010,0.5,udp,10.0.0.1,48427,  <->,192.0.2.1,53,CON,0,0,2,142,63,1,\n"
	silk   = "            sIP|            dIP|sPort|dPort|pro|   packets|     bytes|   flags|                  sTime| duration|                  eTime| sen|\n       10.0.0.1|      192.0.2.1|50000|   80|  6|         4|       200|FS PA   |2024/01/01T12:00:00.000|    1.000|2024/01/01T12:00:01.000|  S0|\n"
	vpc    = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n2 123456789010 eni-1 10.0.0.1 192.0.2.1 50000 22 6 20 4249 1704110400 1704110460 ACCEPT OK\n2 123456789010 eni-1 - - - - - - - 1704110400 1704110460 - NODATA\n"
	pfw    = "#Version: 1.5\r\n#Software: Microsoft Windows Firewall\r\n#Time Format: Local\r\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size path\r\n\r\n2024-01-01 12:00:06 DROP TCP 192.0.2.9 10.1.1.7 40000 445 52 RECEIVE\r\n"
	goflow = `{"type":"NETFLOW_V9","time_received_ns":1704110401000000000,"sampling_rate":10,"sampler_address":"198.51.100.1","time_flow_start_ns":1704110400000000000,"time_flow_end_ns":1704110401000000000,"bytes":100,"packets":2,"src_addr":"10.0.0.1","dst_addr":"192.0.2.1","proto":"TCP","src_port":50000,"dst_port":443,"tcp_flags":27}` + "\n"
)

func TestTablesOfFlowsAreRead(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		for _, size := range []int{1 << 20, 90} {
			rows := evidencetest.Read(t, Formats(time.UTC), name, []byte(content), size)
			if len(rows.Problems) > 0 || len(rows.Lines) == 0 || !strings.Contains(rows.Sorted()[0], want) {
				t.Errorf("%s, blocks of %d: %q, want %q", name, size, rows.All(), want)
			}
			for _, at := range rows.Times {
				if noon := time.Unix(0, at).UTC(); noon.Hour() != 12 || noon.Minute() != 0 {
					t.Errorf("%s: read as %s", name, noon)
				}
			}
		}
	}
	f("nfdump", nfdump, "nfdump@2: ts=2024-01-01 12:00:00 te=2024-01-01 12:00:01 td=1.136 sa=10.0.0.1 da=192.0.2.1 sp=50000")
	f("argus", argus, "argus@2: StartTime=2024/01/01 12:00:00.325010 Dur=0.5 Proto=udp SrcAddr=10.0.0.1 Sport=48427 Dir=<-> DstAddr=192.0.2.1")
	f("argus in tabs", strings.ReplaceAll(argus, ",", "\t"), "argus@2: StartTime=2024/01/01 12:00:00.325010 Dur=0.5")
	f("silk", silk, "silk@2: sIP=10.0.0.1 dIP=192.0.2.1 sPort=50000 dPort=80 pro=6 packets=4 bytes=200 flags=FS PA")
	f("vpc", vpc, "vpc@2: version=2 account-id=123456789010 interface-id=eni-1 srcaddr=10.0.0.1")
	f("vpc without names", vpc[strings.Index(vpc, "2 1"):], "vpc@1: version=2 account-id=123456789010")
	f("Windows firewall", pfw, "windows firewall@6: date=2024-01-01 time=12:00:06 action=DROP protocol=TCP src-ip=192.0.2.9")
	f("goflow", goflow, "goflow@1: type=NETFLOW_V9")
}

func TestTimesWithoutZoneAreOfTheZoneGiven(t *testing.T) {
	rows := evidencetest.Read(t, Formats(time.FixedZone("", 3600)), "x", []byte(nfdump), 1<<20)
	for _, at := range rows.Times {
		if got := time.Unix(0, at).UTC().Format(time.DateTime); got != "2024-01-01 11:00:00" {
			t.Errorf("read as %s", got)
		}
	}
}

func TestDamagedRowsAreCounted(t *testing.T) {
	rows := evidencetest.Read(t, Formats(time.UTC), "x", []byte(argus+"junk\n2024/01/01 12:00:01,0.5,u"), 1<<20)
	want := []string{"x:3: here and below, 1 lines do not have the columns of the table", "x:4: the file ends within this line; all before it was read"}
	if len(rows.Lines) != 1 || !slices.Equal(rows.Problems, want) {
		t.Errorf("%q", rows.All())
	}
}

func TestCorpusTablesAreRead(t *testing.T) {
	dir := corpus.Dir(t, "network")
	f := func(name string, want int) {
		t.Helper()
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		rows := evidencetest.Read(t, Formats(time.UTC), name, content, 1<<20)
		t.Logf("%s: %d rows, problems %q", name, len(rows.Lines), rows.Problems)
		if len(rows.Lines) < want || len(rows.Problems) > 0 {
			t.Errorf("%s: want %d rows and no problem", name, want)
		}
	}
	f("slips/test2-malicious.binetflow", 100)
	f("slips/test5-mixed.binetflow", 100)
	f("netflow/softflowd/dev.v5.nfdump.csv", 100)
	f("netflow/softflowd/dev.v9.nfdump.csv", 100)
	f("netflow/softflowd/dev.v10.nfdump.csv", 100)
}

func FuzzTables(f *testing.F) {
	for _, seed := range []string{nfdump, argus, silk, vpc, goflow, pfw} {
		f.Add([]byte(seed), uint8(50))
	}
	f.Fuzz(func(t *testing.T, content []byte, size uint8) {
		whole := evidencetest.Read(t, Formats(time.UTC), "x", content, 1<<20)
		parts := evidencetest.Read(t, Formats(time.UTC), "x", content, int(size)+1)
		if len(whole.Lines) != len(parts.Lines) || len(whole.Problems) != len(parts.Problems) {
			t.Fatalf("in one block\n%q\nin blocks of %d\n%q", whole.All(), int(size)+1, parts.All())
		}
	})
}
