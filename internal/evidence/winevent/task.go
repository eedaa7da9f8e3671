package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

func (e *event) changeTask(operation string) *activity.Task {
	e.Class = activity.TaskChange
	e.task = activity.Task{Operation: operation}
	e.Task = &e.task
	return e.Task
}

// auditedTasks are what the audit events of scheduled tasks mean.
var auditedTasks = map[int]string{4698: "create", 4699: "delete", 4700: "enable", 4701: "disable", 4702: "update"}

func readTaskAudit(e *event) bool {
	e.subject()
	t := e.changeTask(auditedTasks[e.EventID])
	t.Name = e.text(fieldTaskName)
	if t.Content = e.text(fieldTaskContent); t.Content == "" {
		t.Content = e.text(fieldTaskContentNew)
	}
	definition := e.raw(fieldTaskContent)
	if len(definition) == 0 {
		definition = e.raw(fieldTaskContentNew)
	}
	t.Hidden = bytes.Equal(element(definition, "Hidden"), []byte("true"))
	t.Principal = e.keep(element(definition, "UserId"))
	command, arguments := element(definition, "Command"), element(definition, "Arguments")
	line := append(make([]byte, 0, 256), plainText(command)...)
	if len(arguments) > 0 {
		line = append(append(line, ' '), plainText(arguments)...)
	}
	t.Command = e.keep(line)
	return true
}

// element returns the text between the first <name> and </name>, with blanks
// around it trimmed.
func element(xml []byte, name string) []byte {
	for rest := xml; ; {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return nil
		}
		open := i > 0 && rest[i-1] == '<'
		rest = rest[i+len(name):]
		if !open || len(rest) == 0 || rest[0] != '>' && rest[0] != ' ' {
			continue
		}
		_, text, ok := bytes.Cut(rest, []byte(">"))
		if end := bytes.IndexByte(text, '<'); ok && end >= 0 {
			return bytes.TrimSpace(text[:end])
		}
		return nil
	}
}

// plainText resolves the references in the text of an XML element.
func plainText(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return text
	}
	return appendUnescaped(nil, text)
}

// scheduledTasks are what the events of the scheduler's own log mean.
var scheduledTasks = map[int]string{106: "create", 129: "run", 140: "update", 141: "delete", 142: "disable", 200: "run"}

// readTask reads the scheduler's own log.
func readTask(e *event) bool {
	t := e.changeTask(scheduledTasks[e.EventID])
	t.Name = e.text(fieldTaskName)
	switch e.EventID {
	case 106:
		e.Actor.User, e.Actor.Domain = e.user(fieldUserContext)
	case 129:
		t.Command = e.text(fieldPath)
	case 200:
		t.Command = e.text(fieldActionName)
	default:
		e.Actor.User, e.Actor.Domain = e.user(fieldUserName)
	}
	return true
}

// readEventConsumer reads a WMI consumer: a program to run on an event, which
// is a scheduled job by another name.
func readEventConsumer(e *event) bool {
	t := e.changeTask("create")
	if string(e.raw(fieldOperation)) == "Deleted" {
		t.Operation = "delete"
	}
	e.Actor.User, e.Actor.Domain = e.user(fieldUser)
	t.Name, t.Command = e.text(fieldName), e.text(fieldDestination)
	return true
}

// readEventBinding reads a WMI filter bound to a consumer for good.
func readEventBinding(e *event) bool {
	t := e.changeTask("create")
	t.Name, t.Command, t.Content = e.text(fieldESS), e.text(fieldConsumer), e.text(fieldPossibleCause)
	return true
}
