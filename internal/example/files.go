package example

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/evtxwrite"
)

// Channels that the files below keep apart.
const (
	channelSysmon     = "Microsoft-Windows-Sysmon/Operational"
	channelTasks      = "Microsoft-Windows-TaskScheduler/Operational"
	channelExchange   = "MSExchange Management"
	channelConnection = "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"
	channelSession    = "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"
)

// files writes every log in the shape its host's keepers collected it in.
func (w *world) files() ([]File, error) {
	w.order()
	var files []File
	for _, f := range []struct {
		path    string
		host    *host
		channel string
		options evtxwrite.Options
	}{
		{"dc01/Security.evtx", w.dc, "Security", evtxwrite.Options{}},
		{"dc01/System.evtx", w.dc, "System", evtxwrite.Options{}},
		{"dc01/Microsoft-Windows-TaskScheduler%4Operational.evtx", w.dc, channelTasks, evtxwrite.Options{}},
		{"web01/Security.evtx", w.web, "Security", evtxwrite.Options{}},
		{"web01/System.evtx", w.web, "System", evtxwrite.Options{}},
		{"web01/Microsoft-Windows-Sysmon%4Operational.evtx", w.web, channelSysmon, evtxwrite.Options{Dirty: true}}, // copied while in use
		{"file01/Security.evtx", w.file, "Security", evtxwrite.Options{}},
		{"file01/System.evtx", w.file, "System", evtxwrite.Options{}},
	} {
		data, err := w.evtx(log{f.host, f.channel}, f.options)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.path, err)
		}
		files = append(files, File{f.path, data})
	}
	if err := removePacking(files[slices.IndexFunc(files, func(f File) bool { return f.Path == "file01/Security.evtx" })].Data); err != nil {
		return nil, err
	}
	triage, err := w.triage()
	if err != nil {
		return nil, err
	}
	conn, ssl := w.sensorLogs()
	files = append(append(files, estate()...),
		File{"mail01-triage.zip", triage},
		File{"web01/W3SVC2/u_ex2602.log", w.webLog()},
		File{"sensor/conn.log", conn},
		File{"sensor/ssl.log", ssl},
		File{"file01/terminal-services.xml", exportXML(w.merged(w.file, channelConnection, channelSession))},
		File{"ws07/winlogbeat.ndjson", shipped(w.merged(w.ws, "Security", "System", channelSysmon, channelConnection, channelSession))},
	)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// order sorts every log by time and numbers its records, past those that were
// cleared.
func (w *world) order() {
	for key, events := range w.events {
		slices.SortStableFunc(events, func(a, b evtxwrite.Event) int { return a.Time.Compare(b.Time) })
		for i := range events {
			events[i].RecordID = w.firstRecord(key) + uint64(i)
		}
	}
}

// firstRecord is the number of a log's first record: logs are older than the
// week, and go on counting when they are cleared.
func (w *world) firstRecord(key log) uint64 {
	age := uint64(len(key.host.name)*7919 + len(key.channel)*104729)
	return age + uint64(w.lost[key])
}

// merged returns the events of several logs of a host, by time.
func (w *world) merged(h *host, channels ...string) []evtxwrite.Event {
	var all []evtxwrite.Event
	for _, channel := range channels {
		all = append(all, w.events[log{h, channel}]...)
	}
	slices.SortStableFunc(all, func(a, b evtxwrite.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.Channel, b.Channel), cmp.Compare(a.RecordID, b.RecordID))
	})
	return all
}

// evtx writes one log as Windows keeps it.
func (w *world) evtx(key log, o evtxwrite.Options) ([]byte, error) {
	o.FirstRecord = w.firstRecord(key)
	writer := evtxwrite.New(o)
	for _, e := range w.events[key] {
		if err := writer.Event(e); err != nil {
			return nil, err
		}
	}
	return writer.Bytes(), nil
}

// triage is the mail server's logs as a collection tool packs them.
func (w *world) triage() ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, channel := range []string{channelExchange, "Security", "System"} {
		data, err := w.evtx(log{w.mail, channel}, evtxwrite.Options{})
		if err != nil {
			return nil, fmt.Errorf("mail01 %s: %w", channel, err)
		}
		entry, err := archive.CreateHeader(&zip.FileHeader{
			Name: "C/Windows/System32/winevt/Logs/" + channel + ".evtx", Method: zip.Deflate, Modified: at(7, 9, 0, 0),
		})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", channel, err)
		}
		if _, err := entry.Write(data); err != nil {
			return nil, fmt.Errorf("pack %s: %w", channel, err)
		}
	}
	err := archive.Close()
	return out.Bytes(), err
}

// removePacking takes the records of the packed archive, and all behind them
// in their chunk, out of the file server's log, as an intruder with a log
// editor does. Their bytes stay behind the chunk's end.
func removePacking(file []byte) error {
	const records, recordMagic = 512, "\x2a\x2a\x00\x00"
	marker := wide(packing)
	for n := range (len(file) - 4096) / (64 << 10) {
		chunk := evtxwrite.Chunk(file, n)
		found := bytes.Index(chunk[records:], marker)
		if found < 0 {
			continue
		}
		from := bytes.LastIndex(chunk[:records+found], []byte(recordMagic))
		gone := bytes.Count(chunk[from:], []byte(recordMagic))
		evtxwrite.Forget(file, n, gone)
		return nil
	}
	return fmt.Errorf("no record of the packed archive to remove")
}

// wide is ASCII text as Windows stores it.
func wide(text string) []byte {
	data := make([]byte, 0, 2*len(text))
	for _, b := range []byte(text) {
		data = append(data, b, 0)
	}
	return data
}
