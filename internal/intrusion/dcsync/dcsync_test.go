package dcsync

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

const (
	get       = "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2"
	topology  = "1131f6ac-9c07-11d1-f79f-00c04fc2dcd2"
	innocuous = "bf967a92-0de6-11d0-a285-00aa003049e2"
)

func access(number int, at time.Duration, user string, logon uint64, mask uint32, properties ...string) activity.Activity {
	a := summarytest.Security("dc01.corp.example", 4662, number, at)
	a.Class = activity.DirectoryUse
	a.Actor = activity.Actor{User: user, Logon: logon}
	a.Directory = &activity.Directory{Operation: "access", Mask: mask, Properties: properties}
	return a
}

func issued(number int, host string) activity.Activity {
	a := summarytest.Security(host, 4769, number, 0)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: activity.ServiceTicket, Success: true}
	return a
}

func arrived(number int, logon uint64, address string) activity.Activity {
	a := summarytest.Security("dc01.corp.example", 4624, number, 0)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: activity.Logon, Success: true, Type: 3, Logon: logon, Address: address}
	return a
}

func named(number int, at time.Duration, computer, names string) activity.Activity {
	a := summarytest.Security("dc01.corp.example", 4742, number, at)
	a.Class, a.Actor.User = activity.AccountChange, "eve"
	a.Account = &activity.Account{Operation: "change", Name: computer, Computer: true, SPNs: names}
	return a
}

func server(number int, at time.Duration, operation string) activity.Activity {
	a := summarytest.Security("dc01.corp.example", 5137, number, at)
	a.Class, a.Actor.User = activity.DirectoryUse, "eve"
	a.Directory = &activity.Directory{Operation: operation, ObjectType: "nTDSDSA", Object: "CN=NTDS Settings,CN=PC7,CN=Servers,CN=HQ,CN=Sites,CN=Configuration,DC=corp,DC=example"}
	return a
}

func TestReplication(t *testing.T) {
	all := func(a ...activity.Activity) []activity.Activity { return a }
	const (
		stolen  = "Domain secrets copied by replication (DCSync)"
		shadow  = "A computer was registered as a domain controller (DCShadow)"
		unknown = "A computer not known as a domain controller replicates the domain"
	)
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("a user who copies all secrets", all(access(1, 0, "eve", 7, 0x100, get), access(2, 0, "eve", 7, 0x100, getAll)), summarytest.Want(stolen, finding.Critical, "T1003.006")),
		summarytest.Case("a user who copies changes only", all(access(1, 0, "eve", 7, 0x100, get)), summarytest.Want("Replication right used by a user account", finding.High, "T1003.006")),
		summarytest.Case("reading the directory is not replication", all(access(1, 0, "eve", 7, 0x10, getAll), access(2, 0, "eve", 7, 0x100, innocuous))),
		summarytest.Case("domain controllers replicate", all(access(1, 0, "DC02$", 7, 0x100, getAll), issued(2, "dc02.corp.example"))),
		summarytest.Case("the host's own account is a domain controller's", all(access(1, 0, "DC01$", 7, 0x100, getAll))),
		summarytest.Case("a computer nobody knows as one", all(access(1, 0, "WEB01$", 7, 0x100, getAll)), summarytest.Want(unknown, finding.Medium, "T1003.006")),
		summarytest.Case("a computer that uses every right, as domain controllers do", all(access(1, 0, "DC02$", 7, 0x100, get, getAll, getFiltered)), summarytest.Want(unknown, finding.Low, "T1003.006")),
		summarytest.Case("a computer that replicates every day is taken for one", all(
			access(1, 0, "DC09$", 7, 0x100, getAll), access(2, 24*time.Hour, "DC09$", 7, 0x100, getAll), access(3, 48*time.Hour, "DC09$", 7, 0x100, getAll),
		)),
		summarytest.Case("cloud synchronisation ranks low", all(access(1, 0, "MSOL_1a2b3c", 7, 0x100, getAll)), summarytest.Want(stolen, finding.Low, "T1003.006")),
		summarytest.Case("a domain controller's names given to a computer", all(named(1, 0, "PC7$", "HOST/pc7\r\n\t\tGC/pc7.corp.example/corp.example")), summarytest.Want(shadow, finding.High, "T1207")),
		summarytest.Case("ordinary names are not reported", all(named(1, 0, "PC7$", "HOST/pc7\r\n\t\tTERMSRV/pc7"))),
		summarytest.Case(
			"a domain controller for a minute is a rogue", all(server(1, 0, "create"), server(2, time.Minute, "delete")),
			summarytest.Want(shadow, finding.Critical, "T1207"),
		),
		summarytest.Case(
			"so is one whose changes are pushed", all(named(1, 0, "PC7$", replicationService+"/x"), access(2, time.Second, "eve", 7, 0x100, topology)),
			summarytest.Want(shadow, finding.Critical, "T1207"),
		),
		summarytest.Case("removing a domain controller is housekeeping", all(server(2, time.Minute, "delete"))),
	)
}

func TestTheSessionTellsTheAddress(t *testing.T) {
	findings := summarytest.Run(Detector(), []activity.Activity{access(1, 0, "eve", 7, 0x100, getAll), arrived(2, 7, "10.0.0.66"), arrived(3, 8, "10.0.0.1")})
	if len(findings) != 1 || !slices.Contains(findings[0].Entities, finding.Entity{Type: finding.Address, Value: "10.0.0.66"}) || slices.Contains(findings[0].Entities, finding.Entity{Type: finding.Address, Value: "10.0.0.1"}) {
		t.Errorf("%+v", findings)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 90).Draw(t, "hours")) * time.Hour
		user := rapid.SampledFrom([]string{"eve", "DC01$", "WEB01$", "MSOL_1"}).Draw(t, "user")
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0:
			return named(number, at, "PC7$", "GC/pc7")
		case 1:
			return server(number, at, rapid.SampledFrom([]string{"create", "delete"}).Draw(t, "operation"))
		case 2:
			return arrived(number, uint64(rapid.IntRange(6, 8).Draw(t, "logon")), rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2"}).Draw(t, "address"))
		case 3:
			return issued(number, rapid.SampledFrom([]string{"dc01", "web01"}).Draw(t, "host"))
		}
		return access(number, at, user, uint64(rapid.IntRange(6, 8).Draw(t, "logon")), 0x100, rapid.SampledFrom([]string{get, getAll, topology, innocuous}).Draw(t, "right"))
	})
}
