package ldap

import "testing"

// element makes an ASN.1 element of parts.
func element(tag byte, parts ...[]byte) []byte {
	var content []byte
	for _, p := range parts {
		content = append(content, p...)
	}
	if len(content) > 127 {
		return append([]byte{tag, 0x82, byte(len(content) >> 8), byte(len(content))}, content...)
	}
	return append([]byte{tag, byte(len(content))}, content...)
}

func text(tag byte, s string) []byte { return element(tag, []byte(s)) }

func equal(name, value string) []byte { return element(0xa3, text(4, name), text(4, value)) }

func search(filter []byte) []byte {
	return element(0x30, text(2, "\x05"), element(SearchRequest, text(4, "DC=corp"), text(10, "\x02"), text(10, "\x00"), text(2, "\x00"), text(2, "\x00"), text(1, "\x00"),
		filter, element(0x30, text(4, "sAMAccountName"), text(4, "servicePrincipalName"))))
}

func TestSearchesAreRead(t *testing.T) {
	filter := element(0xa0, equal("objectCategory", "person"), element(0xa2, text(0x87, "mail")),
		element(0xa4, text(4, "cn"), element(0x30, text(0x80, "ad"), text(0x81, "m"), text(0x82, "n"))),
		element(0xa9, text(0x81, "1.2.840.113556.1.4.803"), text(0x82, "userAccountControl"), text(0x83, "4194304")), equal("a", "(*"))
	var m Message
	if b := search(filter); !Looks(b) || !m.Parse(b) {
		t.Fatal("not read")
	}
	want := `(&(objectCategory=person)(!(mail=*))(cn=ad*m*n)(userAccountControl:1.2.840.113556.1.4.803:=4194304)(a=\28\2a))`
	if string(m.Filter) != want || string(m.Object) != "DC=corp" || m.Scope != 2 || m.NAttribute != 2 || string(m.Attributes[1]) != "servicePrincipalName" || m.ID != 5 {
		t.Errorf("%s %+v", m.Filter, m)
	}
}

func TestBindsAreReadWithoutTheirPassword(t *testing.T) {
	var m Message
	if !m.Parse(element(0x30, text(2, "\x01"), element(BindRequest, text(2, "\x03"), text(4, "CN=ann"), text(0x80, "secret")))) || !m.Simple || string(m.Object) != "CN=ann" {
		t.Errorf("%+v", m)
	}
	if !m.Parse(element(0x30, text(2, "\x01"), element(BindResponse, text(10, "\x31"), text(4, ""), text(4, "")))) || ResultName(m.Result) != "invalid credentials" {
		t.Errorf("%+v", m)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add(search(equal("a", "b")))
	f.Add(search(element(0xa0, element(0xa1, element(0xa2, text(0x87, "x"))))))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m Message
		Looks(b)
		m.Parse(b)
		if len(m.Filter) > 4*maxFilter+maxNested {
			t.Errorf("a filter of %d bytes", len(m.Filter))
		}
	})
}
