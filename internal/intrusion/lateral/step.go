package lateral

import (
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
)

// kind is what part of a movement a step is.
type kind uint8

const (
	networkLogon   kind = iota
	adminShare          // ADMIN$ or a drive's share opened
	shareWrite          // a program or script written to one
	shareOutput         // a tool's file for its commands' output
	hiveRead            // a saved registry hive fetched
	profileRead         // a user's stored credentials read
	serviceControl      // pipe svcctl
	taskControl         // pipes atsvc, ITaskSchedulerService
	registryPipe        // pipe winreg
	surveyPipe          // pipes that tell of users, shares and sessions
	consolePipe         // PsExec's pipes for input and output
	remoteDesktop
	service // service installed
	task    // scheduled task made
	wmiChild
	shellChild // of Windows Remote Management
	comChild   // of a COM object opened from afar
	serviceChild
	command         // sent to another host
	borrowedSession // other credentials taken for the network
)

var kindNames = [...]string{
	"network logon", "administrative share", "program written to an administrative share", "tool's output file on an administrative share", "registry hive fetched from an administrative share",
	"stored credentials read over an administrative share", "service control pipe", "task scheduler pipe", "remote registry pipe", "pipe for querying users, shares or sessions",
	"remote console pipe", "remote desktop", "service installed", "scheduled task made", "program started by WMI", "program started by Windows Remote Management",
	"program started by a COM object", "program started by the service manager", "command sent to another host", "session with other credentials",
}

// String names the kind for people.
func (k kind) String() string { return kindNames[min(int(k), len(kindNames)-1)] }

// administrative reports whether only administrators take such a step.
func (k kind) administrative() bool {
	switch k {
	case adminShare, shareWrite, shareOutput, hiveRead, profileRead, serviceControl, taskControl, registryPipe, consolePipe, remoteDesktop:
		return true
	}
	return false
}

// step is one trace of a movement.
type step struct {
	Kind    kind
	Account string
	Logon   uint64
	EventID int
	Name    string // of the service, task, pipe or share
	Detail  string // command line or path
	Tool    string // the tool whose mark it bears, or what makes it telling
}

// maxDetail cuts what is kept of a command line.
const maxDetail = 300

// shareStep reads the use of a share; ok is false if it is everyday use.
func shareStep(a *activity.Activity) (s step, ok bool) {
	share := a.Share
	reach := principal.ReachOf(share.Address)
	if reach != principal.Inside && reach != principal.Public && reach != principal.Link || principal.Machine(a.Actor.User) || a.EventID >= 5142 && a.EventID <= 5144 {
		return s, false
	}
	s = step{Account: principal.Account(a.Actor.User), Logon: a.Actor.Logon, EventID: a.EventID}
	name := strings.ToLower(strings.TrimLeft(share.Name, `\*`))
	file := strings.ToLower(strings.Trim(share.Path, `\`))
	switch {
	case name == "ipc$":
		return pipeStep(s, file)
	case name == "admin$" || len(name) == 2 && name[1] == '$' && 'a' <= name[0] && name[0] <= 'z':
		return fileStep(s, name, file, share.Write), true
	}
	return s, false
}

func pipeStep(s step, pipe string) (step, bool) {
	s.Name = pipe
	switch pipe {
	case "svcctl":
		s.Kind = serviceControl
	case "atsvc", "itaskschedulerservice":
		s.Kind = taskControl
	case "winreg":
		s.Kind = registryPipe
	case "samr", "lsarpc", "srvsvc", "wkssvc":
		s.Kind = surveyPipe
	default:
		if s.Tool = consoleTool(pipe); s.Tool == "" {
			return s, false
		}
		s.Kind = consolePipe
	}
	return s, true
}

func fileStep(s step, share, file string, write bool) step {
	s.Kind, s.Name = adminShare, share
	switch {
	case outputFile(file):
		s.Kind, s.Tool = shareOutput, "remote shell of a public toolkit"
	case hiveFile(share, file):
		s.Kind = hiveRead
	case credentialFile(file):
		s.Kind = profileRead
	case write && programFile(file):
		s.Kind = shareWrite
	default:
		return s
	}
	s.Detail = finding.Shorten(file, maxDetail)
	return s
}

// anchorOf reads what happened on the target itself.
func anchorOf(a *activity.Activity) (s step, ok bool) {
	s = step{Account: principal.Account(a.Actor.User), Logon: a.Actor.Logon, EventID: a.EventID}
	switch a.Class {
	case activity.ServiceChange:
		if a.Service.Operation != "install" {
			return s, false
		}
		s.Kind, s.Name, s.Detail = service, a.Service.Name, a.Service.Path
		s.Tool = serviceTool(a.Service.Name, a.Service.Path)
		if a.EventID == 7045 {
			s.Account = "" // 7045 names the account that the service runs as
		}
	case activity.TaskChange:
		if a.Task.Operation != "create" {
			return s, false
		}
		s.Kind, s.Name, s.Detail = task, a.Task.Name, a.Task.Command
		s.Tool = commandTool(a.Task.Command)
	case activity.FileChange:
		if a.File.Operation != "pipe-create" && a.File.Operation != "pipe-connect" {
			return s, false
		}
		s.Kind, s.Name = consolePipe, strings.ToLower(strings.TrimLeft(a.File.Path, `\`))
		s.Tool = consoleTool(s.Name)
		ok = s.Tool != ""
		return s, ok
	case activity.ProcessStart:
		if s, ok = childStep(s, a.Process); !ok {
			return s, false
		}
	}
	s.Name, s.Detail = finding.Shorten(s.Name, maxDetail), finding.Shorten(s.Detail, maxDetail)
	return s, true
}

// childStep reads a program whose parent acts for clients on the network.
func childStep(s step, p *activity.Process) (step, bool) {
	s.Detail = p.CommandLine
	if s.Detail == "" {
		s.Detail = p.Image
	}
	child := base(p.Image)
	switch parent := base(p.ParentImage); {
	case parent == "wmiprvse.exe" && child != "wmiprvse.exe" && child != "werfault.exe":
		s.Kind = wmiChild
	case parent == "wsmprovhost.exe" && child != "conhost.exe" && child != "werfault.exe", parent == "winrshost.exe" && child != "conhost.exe":
		s.Kind = shellChild
	case parent == "mmc.exe" && strings.Contains(strings.ToLower(p.ParentCommandLine), "-embedding"):
		s.Kind = comChild
	case parent == "services.exe" && shell(child), parent == "psexesvc.exe", parent == "paexec.exe", parent == "remcomsvc.exe":
		s.Kind = serviceChild
	default:
		return s, false
	}
	s.Name = child
	s.Tool = commandTool(s.Detail)
	if s.Kind == comChild && s.Tool == "" {
		s.Tool = "a management console run as a server for COM"
	}
	if tool := consoleParent(p.ParentImage); tool != "" {
		s.Tool = tool
	}
	return s, true
}

func base(image string) string {
	return strings.ToLower(image[strings.LastIndexAny(image, `\/`)+1:])
}

func shell(name string) bool {
	switch name {
	case "cmd.exe", "powershell.exe", "pwsh.exe", "rundll32.exe", "mshta.exe", "wscript.exe", "cscript.exe", "regsvr32.exe":
		return true
	}
	return false
}

func seclogo(process string) bool { return strings.EqualFold(process, "seclogo") }
