package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

func (e *event) changeService(operation string) *activity.Service {
	e.Class = activity.ServiceChange
	e.service = activity.Service{Operation: operation}
	e.Service = &e.service
	return e.Service
}

func readServiceAudit(e *event) bool {
	e.subject()
	s := e.changeService("install")
	s.Name, s.Path, s.Account = e.text(fieldServiceName), e.text(fieldServiceFileName), e.text(fieldServiceAccount)
	s.StartType, s.Type = e.text(fieldServiceStartType), e.text(fieldServiceType)
	return true
}

var serviceControlManager = []byte("Service Control Manager")

func readServiceInstalled(e *event) bool {
	if !bytes.Equal(e.raw(fieldProvider), serviceControlManager) {
		return false
	}
	s := e.changeService("install")
	s.Name, s.Path, s.Account = e.text(fieldServiceName), e.text(fieldImagePath), e.text(fieldAccountName)
	s.StartType, s.Type = e.text(fieldStartType), e.text(fieldServiceType)
	return true
}

// readServiceState reads changes of state (7036), of the start type (7040),
// and failures.
func readServiceState(e *event) bool {
	if !bytes.Equal(e.raw(fieldProvider), serviceControlManager) {
		return false
	}
	s := e.changeService("crash")
	s.Name = e.text(fieldParam1)
	switch e.EventID {
	case 7036:
		switch string(e.raw(fieldParam2)) { // in the language of the system
		case "running":
			s.Operation = "start"
		case "stopped":
			s.Operation = "stop"
		default:
			s.Operation = "change"
		}
	case 7040:
		s.Operation = "change"
		s.StartType = e.text(fieldParam3)
		if short := e.text(fieldParam4); short != "" {
			s.Name = short
		}
	}
	return true
}

// readProtectionOff reads that a part of Defender was turned off.
func readProtectionOff(e *event) bool {
	s := e.changeService("stop")
	s.Name = "Windows Defender protection"
	return true
}
