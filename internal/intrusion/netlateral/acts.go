package netlateral

import (
	"bytes"
	"strings"

	"seawall/internal/activity"
)

// calls maps operations of remote procedure interfaces, in lower case, to what
// they do ([MS-SCMR], [MS-TSCH], [MS-DCOM], [MS-RRP], [MS-DRSR], [MS-SAMR],
// [MS-SRVS]).
var calls = map[string]act{
	"svcctl::openscmanagerw": serviceOpen, "svcctl::openscmanagera": serviceOpen, "svcctl::openscmanager2": serviceOpen,
	"svcctl::createservicew": serviceCreate, "svcctl::createservicea": serviceCreate, "svcctl::createservicewow64w": serviceCreate, "svcctl::createservicewow64a": serviceCreate,
	"svcctl::changeserviceconfigw": serviceCreate, "svcctl::changeserviceconfiga": serviceCreate,
	"svcctl::startservicew": serviceStart, "svcctl::startservicea": serviceStart, "svcctl::deleteservice": serviceDelete,
	"itaskschedulerservice::schrpcregistertask": taskRegister, "itaskschedulerservice::schrpcrun": taskRun, "itaskschedulerservice::schrpcdelete": taskDelete,
	"atsvc::netrjobadd": taskRegister, "atsvc::netrjobdel": taskDelete, "atsvc::jobadd": taskRegister, "atsvc::jobdel": taskDelete,
	"iremotescmactivator::remotecreateinstance": remoteObject, "isystemactivator::remotecreateinstance": remoteObject,
	"iremoteactivation::remoteactivation": remoteObject, "iwbemservices::execmethod": remoteObject,
	"winreg::baseregsavekey": remoteRegistry, "winreg::baseregsetvalue": remoteRegistry, "winreg::baseregcreatekey": remoteRegistry,
	"drsuapi::drsgetncchanges": replicate, "drsuapi::idl_drsgetncchanges": replicate,
	"samr::samrenumerateusersindomain": enumerate, "samr::samrquerydisplayinformation": enumerate, "samr::samrgetmembersingroup": enumerate,
	"srvsvc::netrshareenum": enumerate, "srvsvc::netshareenumall": enumerate, "srvsvc::netrsessionenum": enumerate, "wkssvc::netrwkstauserenum": enumerate,
	"lsarpc::lsarlookupsids": noAct,
}

// actOf says what an action inside a protocol helps to do.
func actOf(p *activity.Protocol) act {
	switch p.Kind {
	case "dce-rpc":
		var lower [64]byte
		if len(p.Operation) > len(lower) {
			return noAct
		}
		return calls[string(appendLower(lower[:0], p.Operation))]
	case "smb-map":
		if isAdminShare(p.Object) {
			return adminShare
		}
	case "smb-file":
		if isWrite(p.Operation) && isProgram(p.Object) {
			return programWritten
		}
	case "rdp":
		return desktop
	case "ssh":
		switch {
		case bytes.Equal(p.Operation, []byte("connect")):
			return shell
		case p.Success:
			return shellGranted
		}
		return shellRefused
	case "winrm":
		return winrm
	}
	return noAct
}

func appendLower(dst, text []byte) []byte {
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// isAdminShare reports whether a share gives a whole drive or the Windows
// folder, to administrators only: \\host\C$, \\host\ADMIN$.
func isAdminShare(share []byte) bool {
	name := share[bytes.LastIndexByte(share, '\\')+1:]
	return len(name) == 2 && name[1] == '$' && name[0]|0x20 >= 'a' && name[0]|0x20 <= 'z' || bytes.EqualFold(name, []byte("admin$"))
}

func isWrite(operation []byte) bool {
	return bytes.Equal(operation, []byte("write")) || bytes.Equal(operation, []byte("create"))
}

// programs are endings of files that run.
var programs = [...]string{".exe", ".dll", ".bat", ".ps1", ".vbs", ".cmd", ".scr", ".msi", ".hta", ".sys"}

func isProgram(path []byte) bool {
	if len(path) < 5 {
		return false
	}
	var tail [4]byte
	appendLower(tail[:0], path[len(path)-4:])
	for _, p := range programs {
		if string(tail[:]) == p {
			return true
		}
	}
	return false
}

// objectOf is what an action was done to.
func objectOf(p *activity.Protocol) string {
	switch p.Kind {
	case "dce-rpc":
		return string(p.Operation)
	case "rdp":
		return string(p.User)
	case "ssh":
		return string(p.Detail)
	}
	return strings.ToLower(string(p.Object))
}
