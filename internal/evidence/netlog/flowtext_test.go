package netlog

import (
	"slices"
	"testing"
	"time"

	"seawall/internal/evidence/flowtext"
)

func TestFlowsInTextTellConnections(t *testing.T) {
	f := func(content string, want ...string) {
		t.Helper()
		if got := extracted(t, flowtext.Formats(time.UTC), "x", content); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", content, got, want)
		}
	}
	f("ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,opkt,obyt,ra\n2024-01-01 12:00:00,2024-01-01 12:00:01,1.136,10.0.0.1,192.0.2.1,50000,443,TCP,...AP.SF,31,1840,0,0,127.0.0.1/0\n"+
		"2024-01-01 12:00:00,2024-01-01 12:00:01,18446744073709548.000,192.0.2.1,10.0.0.1,443,50000,TCP,...A..S.,31,1840,0,0,127.0.0.1\n",
		"flow 10.0.0.1:50000>192.0.2.1:443/6 state=1 dur=1136 out=1840/31 in=-1/-1 half sensor=127.0.0.1",
		"flow 10.0.0.1:50000>192.0.2.1:443/6 state=1 dur=1000 out=-1/-1 in=1840/31 half sensor=127.0.0.1")
	f("StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label\n"+
		"2024/01/01 12:00:00.325010,0.5,udp,10.0.0.1,48427,  <->,192.0.2.1,53,CON,0,0,2,142,63,1,\n"+
		"2024/01/01 12:00:00.325010,0.0,tcp,10.0.0.1,48427,   ->,192.0.2.1,22,REQ,0,0,1,60,60,1,\n"+
		"2024/01/01 12:00:00.325010,0.0,man,0,0,,0,0,STA,0,0,1,60,60,1,\n",
		"flow 10.0.0.1:48427>192.0.2.1:53/17 state=1 dur=500 out=63/1 in=79/1",
		"flow 10.0.0.1:48427>192.0.2.1:22/6 state=2 dur=0 out=60/1 in=0/0")
	f("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n2 1 eni-1 10.0.0.1 192.0.2.1 50000 22 6 20 4249 1704110400 1704110430 REJECT OK\n",
		"flow 10.0.0.1:50000>192.0.2.1:22/6 state=4 dur=30000 out=4249/20 in=-1/-1 half sensor=eni-1")
	f(`{"time_received_ns":1704110401000000000,"sampling_rate":10,"sampler_address":"198.51.100.1","time_flow_start_ns":1704110400000000000,"time_flow_end_ns":1704110401000000000,"bytes":100,"packets":2,"src_addr":"10.0.0.1","dst_addr":"192.0.2.1","proto":"TCP","src_port":50000,"dst_port":443,"tcp_flags":27}`+"\n",
		"flow 10.0.0.1:50000>192.0.2.1:443/6 state=1 dur=1000 out=1000/20 in=-1/-1 half 1:10 sensor=198.51.100.1")
	f("#Version: 1.5\r\n#Software: Microsoft Windows Firewall\r\n#Time Format: Local\r\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size path\r\n\r\n2024-01-01 12:00:06 DROP TCP 192.0.2.9 10.1.1.7 40000 445 52 RECEIVE\r\n2024-01-01 12:00:07 ALLOW UDP 10.1.1.7 10.1.1.5 50123 53 0 SEND\r\n",
		"flow 192.0.2.9:40000>10.1.1.7:445/6 state=4 dur=-1 out=-1/-1 in=-1/-1 half",
		"flow 10.1.1.7:50123>10.1.1.5:53/17 state=1 dur=-1 out=-1/-1 in=-1/-1")
}
