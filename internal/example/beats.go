package example

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"seawall/internal/evtxwrite"
)

// The documents winlogbeat 8 sends, as far as the example needs them.
type (
	document struct {
		Timestamp string  `json:"@timestamp"`
		Agent     agent   `json:"agent"`
		Event     ecs     `json:"event"`
		Host      named   `json:"host"`
		Log       level   `json:"log"`
		Winlog    windows `json:"winlog"`
	}
	agent struct {
		Type    string `json:"type"`
		Version string `json:"version"`
	}
	ecs struct {
		Code     string `json:"code"`
		Created  string `json:"created"`
		Kind     string `json:"kind"`
		Provider string `json:"provider"`
	}
	named struct {
		Name string `json:"name"`
	}
	level struct {
		Level string `json:"level"`
	}
	windows struct {
		API          string            `json:"api"`
		Channel      string            `json:"channel"`
		ComputerName string            `json:"computer_name"`
		EventData    map[string]string `json:"event_data,omitempty"`
		EventID      string            `json:"event_id"`
		Keywords     []string          `json:"keywords,omitempty"`
		Process      running           `json:"process"`
		ProviderGUID string            `json:"provider_guid"`
		ProviderName string            `json:"provider_name"`
		RecordID     uint64            `json:"record_id"`
		Task         string            `json:"task,omitempty"`
		User         *identified       `json:"user,omitempty"`
		UserData     map[string]string `json:"user_data,omitempty"`
		Version      uint8             `json:"version,omitempty"`
	}
	running struct {
		PID    uint32 `json:"pid"`
		Thread thread `json:"thread"`
	}
	thread struct {
		ID uint32 `json:"id"`
	}
	identified struct {
		Identifier string `json:"identifier"`
	}
)

// shipped renders events as the lines winlogbeat writes.
func shipped(events []evtxwrite.Event) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for _, e := range events {
		if err := encoder.Encode(beat(e)); err != nil {
			panic("bug: " + err.Error()) // strings and numbers only
		}
	}
	return b.Bytes()
}

func beat(e evtxwrite.Event) document {
	id := strconv.Itoa(int(e.EventID))
	d := document{
		Timestamp: e.Time.UTC().Format("2006-01-02T15:04:05.000Z"),
		Agent:     agent{"winlogbeat", "8.17.3"},
		Event:     ecs{id, e.Time.Add(1700 * time.Millisecond).UTC().Format("2006-01-02T15:04:05.000Z"), "event", e.Provider},
		Host:      named{e.Computer},
		Log:       level{"information"},
		Winlog: windows{
			API: "wineventlog", Channel: e.Channel, ComputerName: e.Computer, EventID: id,
			Process: running{e.ProcessID, thread{e.ThreadID}}, ProviderGUID: e.GUID, ProviderName: e.Provider, RecordID: e.RecordID, Version: e.Version,
		},
	}
	if e.UserSID != "" {
		d.Winlog.User = &identified{string(e.UserSID)}
	}
	switch e.Keywords {
	case auditSuccess:
		d.Winlog.Keywords = []string{"Audit Success"}
	case auditFailure:
		d.Winlog.Keywords = []string{"Audit Failure"}
	}
	if e.UserData != nil {
		d.Winlog.UserData = texts(e.UserData.Fields)
		d.Winlog.UserData["xml_name"] = e.UserData.Root
	} else {
		d.Winlog.EventData = texts(e.Data)
	}
	return d
}

func texts(fields []evtxwrite.Field) map[string]string {
	m := map[string]string{}
	for i, f := range fields {
		name := f.Name
		if name == "" {
			name = fmt.Sprintf("param%d", i+1)
		}
		m[name] = evtxwrite.Text(f.Value)
	}
	return m
}
