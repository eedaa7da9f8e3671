package example

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"seawall/internal/evtxwrite"
)

func escapeXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

// exportXML renders events the way `wevtutil qe /f:xml /e:Events` does.
func exportXML(events []evtxwrite.Event) []byte {
	var b bytes.Buffer
	b.WriteString("<Events>\r\n")
	for _, e := range events {
		fmt.Fprintf(&b, "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='%s' Guid='%s'/>"+
			"<EventID>%d</EventID><Version>%d</Version><Level>%d</Level><Task>%d</Task><Opcode>%d</Opcode><Keywords>0x%x</Keywords>"+
			"<TimeCreated SystemTime='%s'/><EventRecordID>%d</EventRecordID><Correlation/><Execution ProcessID='%d' ThreadID='%d'/>"+
			"<Channel>%s</Channel><Computer>%s</Computer><Security UserID='%s'/></System>",
			escapeXML(e.Provider), strings.ToLower(e.GUID), e.EventID, e.Version, e.Level, e.Task, e.Opcode, e.Keywords,
			e.Time.UTC().Format("2006-01-02T15:04:05.0000000Z"), e.RecordID, e.ProcessID, e.ThreadID,
			escapeXML(e.Channel), escapeXML(e.Computer), e.UserSID)
		payloadXML(&b, e)
		b.WriteString("</Event>\r\n")
	}
	b.WriteString("</Events>\r\n")
	return b.Bytes()
}

func payloadXML(b *bytes.Buffer, e evtxwrite.Event) {
	if e.UserData == nil {
		b.WriteString("<EventData>")
		for _, f := range e.Data {
			fmt.Fprintf(b, "<Data Name='%s'>%s</Data>", f.Name, escapeXML(evtxwrite.Text(f.Value)))
		}
		b.WriteString("</EventData>")
		return
	}
	fmt.Fprintf(b, "<UserData><%s xmlns='%s'>", e.UserData.Root, e.UserData.Namespace)
	for _, f := range e.UserData.Fields {
		fmt.Fprintf(b, "<%s>%s</%s>", f.Name, escapeXML(evtxwrite.Text(f.Value)), f.Name)
	}
	fmt.Fprintf(b, "</%s></UserData>", e.UserData.Root)
}
