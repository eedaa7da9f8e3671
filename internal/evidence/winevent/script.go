package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

func (e *event) runScript() *activity.Script {
	e.Class = activity.ScriptRun
	e.script = activity.Script{}
	e.Script = &e.script
	return e.Script
}

// readScript reads PowerShell's script blocks (4104) and pipelines (4103).
func readScript(e *event) bool {
	s := e.runScript()
	if e.EventID == 4104 {
		s.Text, s.ID, s.Path = e.text(fieldScriptBlockText), e.text(fieldScriptBlockID), e.text(fieldPath)
		return true
	}
	s.Text = e.text(fieldPayload)
	context := e.raw(fieldContextInfo)
	s.Path = e.keep(setting(context, "Script Name"))
	e.Actor.User, e.Actor.Domain = e.splitUser(setting(context, "User"))
	return true
}

// readOldScript reads the classic PowerShell log: the start of an engine
// (400), which names the command line of the host program, and pipelines
// (800). All is in unnamed data.
func readOldScript(e *event) bool {
	s := e.runScript()
	if e.EventID == 400 {
		context := e.datum(2)
		s.Text = e.keep(setting(context, "HostApplication"))
		s.Path = e.keep(setting(context, "ScriptName"))
		return s.Text != ""
	}
	var text [512]byte
	script := append(text[:0], e.datum(0)...)
	script = append(append(script, '\n'), e.datum(2)...)
	s.Text = e.keep(bytes.TrimSpace(script))
	context := e.datum(1)
	s.Path = e.keep(setting(context, "ScriptName"))
	e.Actor.User, e.Actor.Domain = e.splitUser(setting(context, "UserId"))
	return s.Text != ""
}

// setting returns the value of a line "name = value" or "name=value".
func setting(text []byte, name string) []byte {
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		key, value, ok := bytes.Cut(line, []byte("="))
		if ok && string(bytes.TrimSpace(key)) == name {
			return bytes.TrimSpace(value)
		}
	}
	return nil
}

// readCmdlet reads Exchange's management log: cmdlets done (1) or failed (6),
// their parts as unnamed data.
func readCmdlet(e *event) bool {
	e.Class = activity.Cmdlet
	e.command = activity.Command{Failed: e.EventID == 6}
	e.Command = &e.command
	e.data(func(i int, text []byte) bool {
		switch i {
		case 0:
			e.command.Name = e.keep(text)
		case 1:
			e.command.Parameters = e.keep(text)
		case 2:
			e.command.Caller = e.keep(text)
			e.Actor.User = e.keep(text[bytes.LastIndexByte(text, '/')+1:])
		}
		return i < 2
	})
	return e.command.Name != ""
}
