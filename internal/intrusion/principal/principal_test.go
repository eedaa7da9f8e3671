package principal

import "testing"

func TestAccountsAreQualifiedByTheDomainsShortNameOnly(t *testing.T) {
	f := func(domain, user, want string) {
		t.Helper()
		if got := Qualified(domain, user); got != want {
			t.Errorf("%q, %q: got %q, want %q", domain, user, got, want)
		}
	}
	f("CORP", "Alice", `CORP\Alice`)
	f("NT AUTHORITY", "SYSTEM", `NT AUTHORITY\SYSTEM`)
	f("", "alice", "alice")
	f("-", "alice", "alice")
	f("CORP", "", "")
	f("corp.example", "alice", "alice")
	f("CORP", "alice@corp.example", "alice@corp.example")
	f("CORP", `OTHER\alice`, `OTHER\alice`)
}

func TestAccountsCompareWithoutDomainAndCase(t *testing.T) {
	f := func(user, want string) {
		t.Helper()
		if got := Account(user); got != want {
			t.Errorf("%q: got %q, want %q", user, got, want)
		}
	}
	f(`CORP\Alice`, "alice")
	f("alice@CORP.EXAMPLE", "alice")
	f("WEB01$", "web01$")
	f("", "")
}
