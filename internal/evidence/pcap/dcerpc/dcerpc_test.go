package dcerpc

import (
	"encoding/binary"
	"fmt"
	"testing"
)

var le = binary.LittleEndian

func pdu(kind, flags byte, call uint32, body []byte) []byte {
	b := []byte{5, 0, kind, flags, 0x10, 0, 0, 0}
	b = le.AppendUint16(b, uint16(headerSize+len(body)))
	b = append(b, 0, 0)
	b = le.AppendUint32(b, call)
	return append(b, body...)
}

// svcctl's identifier as on the wire.
var svcctl = []byte{0x81, 0xbb, 0x7a, 0x36, 0x44, 0x98, 0xf1, 0x35, 0xad, 0x32, 0x98, 0xf0, 0x38, 0, 0x10, 3}

func bind() []byte {
	body := append(make([]byte, 8), 1, 0, 0, 0)
	body = append(body, 0, 0, 1, 0)
	body = append(body, svcctl...)
	body = append(body, 2, 0, 0, 0)
	return pdu(Bind, 3, 1, append(body, make([]byte, 20)...))
}

func request(call uint32, operation uint16) []byte {
	body := le.AppendUint32(nil, 0)
	body = le.AppendUint16(body, 0)
	body = le.AppendUint16(body, operation)
	return pdu(Request, 3, call, append(body, make([]byte, 100)...))
}

// taken collects calls.
type taken struct{ list []string }

func (s *taken) Call(id uint32, i *Interface, operation uint16) {
	name := "?"
	if i != nil {
		name = i.Name
	}
	s.list = append(s.list, fmt.Sprintf("%d %s::%s", id, name, i.Operation(operation)))
}
func (s *taken) Return(id uint32, fault bool) {
	s.list = append(s.list, fmt.Sprintf("%d back %v", id, fault))
}
func (s *taken) Auth([]byte) {}

func TestCallsAreNamed(t *testing.T) {
	stream := append(bind(), request(2, 12)...)
	stream = append(append(stream, request(3, 19)...), request(4, 200)...)
	for size := 1; size < len(stream)+1; size += 7 {
		var s Session
		var got taken
		for at := 0; at < len(stream); at += size {
			if !s.Feed(0, stream[at:min(at+size, len(stream))], &got) {
				t.Fatal("no sense")
			}
		}
		s.Feed(1, append(pdu(Response, 3, 2, nil), pdu(Fault, 3, 3, nil)...), &got)
		want := "[2 svcctl::CreateServiceW 3 svcctl::StartServiceW 4 svcctl::unknown-200 2 back false 3 back true]"
		if fmt.Sprint(got.list) != want {
			t.Fatalf("pieces of %d: %v", size, got.list)
		}
	}
}

func TestOperationsOfInterfacesAreNumberedAsSpecified(t *testing.T) {
	byName := map[string]*Interface{}
	for _, i := range interfaces {
		byName[i.Name] = i
	}
	for _, c := range []struct {
		name      string
		operation uint16
		want      string
	}{
		{"drsuapi", 3, "DRSGetNCChanges"}, {"atsvc", 0, "NetrJobAdd"}, {"ITaskSchedulerService", 1, "SchRpcRegisterTask"}, {"ITaskSchedulerService", 12, "SchRpcRun"},
		{"IRemoteSCMActivator", 4, "RemoteCreateInstance"}, {"IWbemServices", 24, "ExecMethod"}, {"samr", 64, "SamrConnect5"}, {"samr", 13, "SamrEnumerateUsersInDomain"},
		{"lsarpc", 43, "LsarRetrievePrivateData"}, {"lsarpc", 57, "LsarLookupSids2"}, {"srvsvc", 12, "NetrSessionEnum"}, {"srvsvc", 15, "NetrShareEnum"}, {"netlogon", 26, "NetrServerAuthenticate3"},
		{"netlogon", 30, "NetrServerPasswordSet2"}, {"winreg", 22, "BaseRegSetValue"}, {"svcctl", 44, "CreateServiceWOW64A"}, {"svcctl", 45, "CreateServiceWOW64W"}, {"spoolss", 65, "RpcRemoteFindFirstPrinterChangeNotificationEx"},
	} {
		if got := byName[c.name].Operation(c.operation); got != c.want {
			t.Errorf("%s %d: %s, want %s", c.name, c.operation, got, c.want)
		}
	}
}

func FuzzSession(f *testing.F) {
	f.Add(append(bind(), request(2, 12)...), 9)
	f.Add(pdu(BindAck, 3, 1, append(make([]byte, 8), 4, 0, '1', '3', '5', 0)), 100)
	f.Fuzz(func(_ *testing.T, b []byte, size int) {
		var s Session
		var got taken
		for at, step := 0, max(size&0xff, 1); at < len(b); at += step {
			s.Feed(0, b[at:min(at+step, len(b))], &got)
		}
		s.PDU(b, &got)
	})
}
