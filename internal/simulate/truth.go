package simulate

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// TruthFile is the name of the file that says what is true.
const TruthFile = "truth.json"

// Truth is what an investigation of the evidence should bring to light.
type Truth struct {
	Case        string       `json:"case"`
	Seed        uint64       `json:"seed"`
	Size        int64        `json:"size"`
	PatientZero *PatientZero `json:"patient_zero,omitempty"`
	Steps       []Step       `json:"steps"`
	Hosts       []string     `json:"hosts,omitempty"`      // touched
	Addresses   []string     `json:"addresses,omitempty"`  // the intruder's, outside
	Accounts    []string     `json:"accounts,omitempty"`   // to reset
	Strangers   []string     `json:"strangers,omitempty"`  // names of the intruder's machines
	SentBytes   int64        `json:"sent_bytes,omitempty"` // that left
	CannotTell  []string     `json:"cannot_tell,omitempty"`
}

// PatientZero is the host the intruder was first on, and the minute.
type PatientZero struct {
	Host string    `json:"host"`
	Time time.Time `json:"time"`
}

// Step is one thing the intruder did.
type Step struct {
	What       string    `json:"what"`
	Host       string    `json:"host"`
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	Techniques []string  `json:"techniques"` // any of them names the step rightly
	Blocked    bool      `json:"blocked,omitempty"`
}

func (t *Truth) step(host string, from, to time.Time, what string, techniques ...string) {
	t.Steps = append(t.Steps, Step{What: what, Host: host, From: from.UTC(), To: to.UTC(), Techniques: techniques})
}

func (t *Truth) save(path string) error {
	data, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o640)
}

// LoadTruth reads a truth file.
func LoadTruth(path string) (*Truth, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var t Truth
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &t, nil
}
