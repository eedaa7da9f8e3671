package evtx_test

import (
	"bytes"
	"fmt"
	"log"
	"time"

	"seawall/evtx"
	"seawall/internal/evtxwrite"
)

func ExampleRecords() {
	w := evtxwrite.New(evtxwrite.Options{}) // any *os.File will do
	err := w.Event(evtxwrite.Event{
		Provider: "Microsoft-Windows-Security-Auditing", EventID: 4624, Channel: "Security", Computer: "dc01",
		Time: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), RecordID: 77,
		Data: []evtxwrite.Field{{Name: "TargetUserName", Value: "alice"}, {Name: "LogonType", Value: uint32(3)}},
	})
	if err != nil {
		log.Fatal(err)
	}
	file := w.Bytes()
	for event, err := range evtx.Records(bytes.NewReader(file), int64(len(file)), evtx.Options{}) {
		if err != nil {
			fmt.Println(err) // what could not be read; the rest follows
			continue
		}
		fmt.Println(event.ID, event.Text("TimeCreated"), event.Text("TargetUserName"))
		fmt.Printf("%s\n", event.AppendXML(nil))
	}
	// Output:
	// 77 2026-03-02T08:00:00.0000000Z alice
	// <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4624</EventID><Version>0</Version><Level>0</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x0</Keywords><TimeCreated SystemTime='2026-03-02T08:00:00.0000000Z'/><EventRecordID>77</EventRecordID><Correlation/><Execution ProcessID='0' ThreadID='0'/><Channel>Security</Channel><Computer>dc01</Computer><Security/></System><EventData><Data Name='TargetUserName'>alice</Data><Data Name='LogonType'>3</Data></EventData></Event>
}
