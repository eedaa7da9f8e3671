package netlateral

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

const (
	intruder = "10.0.0.7"
	victim   = "10.0.1.9"
	outside  = "203.0.113.9"
)

// uses makes actions one after the other.
func uses(src, dst string, pause time.Duration, actions ...[3]string) (list []activity.Activity) {
	for i, x := range actions {
		list = append(list, summarytest.Use(i+1, time.Duration(i)*pause, src, dst, x[0], x[1], x[2]))
	}
	return list
}

// onto repeats an action on n hosts.
func onto(n int, src, kind, operation, object string) (list []activity.Activity) {
	for i := range n {
		list = append(list, summarytest.Use(i+1, time.Duration(i)*time.Minute, src, fmt.Sprintf("10.0.1.%d", i+1), kind, operation, object))
	}
	return list
}

// logins makes n attempts from src.
func logins(n int, src, kind, operation string, success bool) (list []activity.Activity) {
	for i := range n {
		a := summarytest.Use(i+1, time.Duration(i)*time.Second, src, victim, kind, operation, "")
		a.Protocol.Success = success
		list = append(list, a)
	}
	return list
}

func TestMovement(t *testing.T) {
	psexec := uses(intruder, victim, time.Second, [3]string{"smb-map", "map", `\\10.0.1.9\ADMIN$`}, [3]string{"smb-file", "write", `PSEXESVC.exe`},
		[3]string{"dce-rpc", "svcctl::OpenSCManagerW", ""}, [3]string{"dce-rpc", "svcctl::CreateServiceW", ""}, [3]string{"dce-rpc", "svcctl::StartServiceW", ""}, [3]string{"dce-rpc", "svcctl::DeleteService", ""})
	sync := uses(intruder, victim, time.Second, [3]string{"dce-rpc", "drsuapi::DRSGetNCChanges", ""})
	controllers := append(sync, uses(victim, intruder, time.Second, [3]string{"dce-rpc", "drsuapi::DRSGetNCChanges", ""})...)
	controllers[1].Origin.Offset += 10
	broken := append(logins(15, intruder, "ssh", "login", false), summarytest.Use(50, time.Minute, intruder, victim, "ssh", "login", ""))
	var refusals []activity.Activity
	for i := range 4 {
		a := summarytest.Flow(i+1, time.Duration(i)*time.Minute, intruder, fmt.Sprintf("10.0.1.%d", i), 445)
		a.Flow.State = activity.FlowDenied
		refusals = append(refusals, a)
	}
	executedTitle, sharesTitle := what[executed].title, what[shares].title
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("a file share is no administrative one", onto(9, intruder, "smb-map", "map", `\\files\home`)),
		summarytest.Case("one administrative share is administration", onto(1, intruder, "smb-map", "map", `\\x\C$`)),
		summarytest.Case("reading a program is use", onto(9, intruder, "smb-file", "open", `setup.exe`)),
		summarytest.Case("PsExec", psexec, summarytest.Want(executedTitle, finding.High, "T1021.002")),
		summarytest.Case("a task", uses(intruder, victim, time.Second, [3]string{"dce-rpc", "ITaskSchedulerService::SchRpcRegisterTask", ""}), summarytest.Want(executedTitle, finding.High, "T1021.002")),
		summarytest.Case("wmiexec", uses(intruder, victim, time.Second, [3]string{"dce-rpc", "IRemoteSCMActivator::RemoteCreateInstance", ""}, [3]string{"smb-map", "map", `\\x\ADMIN$`}), summarytest.Want(what[objects].title, finding.High, "T1021.002")),
		summarytest.Case("administrative shares of many", onto(4, intruder, "smb-map", "map", `\\x\C$`), summarytest.Want(sharesTitle, finding.Medium, "T1021.002")),
		summarytest.Case("a host that only takes the directory's secrets", sync, summarytest.Want(what[replicated].title, finding.High, "T1003.006")),
		summarytest.Case("domain controllers replicate both ways", controllers),
		summarytest.Case("sessions listed on many hosts", onto(6, intruder, "dce-rpc", "srvsvc::NetrSessionEnum", ""), summarytest.Want(what[swept].title, finding.Medium, "T1087.002")),
		summarytest.Case("desktops on many hosts", onto(6, intruder, "rdp", "connect", ""), summarytest.Want(what[spread].title, finding.Medium, "T1021.001")),
		summarytest.Case("desktops on two hosts", onto(2, intruder, "rdp", "connect", "")),
		summarytest.Case("guessing within", logins(30, intruder, "ssh", "login", false), summarytest.Want(what[guessing].title, finding.Medium, "T1110.001")),
		summarytest.Case("guessing within that got in", broken, summarytest.Want(what[guessed].title, finding.High, "T1021.004"), summarytest.Want(what[guessing].title, finding.Medium, "T1110.001")),
		summarytest.Case("guessing from outside is background", logins(30, outside, "rdp", "connect", true), summarytest.Want("Outside hosts guess passwords here", finding.Low, "T1110.001")),
		summarytest.Case("tried and blocked", refusals, summarytest.Want(what[stopped].title, finding.Medium, "T1021.002")),
		summarytest.Case("two refusals are mistakes", refusals[:2]),
	)
}

func TestAdministrativeSharesAreToldFromOthers(t *testing.T) {
	f := func(share string, want bool) {
		t.Helper()
		if got := isAdminShare([]byte(share)); got != want {
			t.Errorf("%s: %v", share, got)
		}
	}
	f(`\\x\C$`, true)
	f(`\\x\d$`, true)
	f(`\\x\Admin$`, true)
	f(`\\x\IPC$`, false)
	f(`\\x\users$`, false)
	f(`1$`, false)
	f(``, false)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	actions := [][3]string{
		{"smb-map", "map", `\\x\ADMIN$`}, {"dce-rpc", "svcctl::CreateServiceW", ""}, {"dce-rpc", "srvsvc::NetrSessionEnum", ""},
		{"rdp", "connect", "eve"}, {"ssh", "login", ""}, {"smb-file", "write", "a.exe"},
	}
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		x := rapid.SampledFrom(actions).Draw(t, "action")
		at := time.Duration(rapid.IntRange(0, 60).Draw(t, "second")) * time.Second
		a := summarytest.Use(number, at, rapid.SampledFrom([]string{intruder, outside}).Draw(t, "source"), fmt.Sprintf("10.0.1.%d", rapid.IntRange(0, 6).Draw(t, "target")), x[0], x[1], x[2])
		a.Protocol.Success = rapid.Bool().Draw(t, "success")
		return a
	})
}
