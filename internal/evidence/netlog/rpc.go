package netlog

import "seawall/internal/evidence/atom"

// rpcInterfaces are the interfaces of remote administration, by the beginning
// of their UUID, with the operations whose numbers matter ([MS-SCMR],
// [MS-TSCH], [MS-DRSR], [MS-SAMR], [MS-RRP], [MS-DCOM]).
var rpcInterfaces = []struct {
	uuid, name string
	operations map[uint64]string
}{
	{"367abb81-9844-35f1-ad32-98f038001003", "svcctl", map[uint64]string{
		0: "CloseServiceHandle", 1: "ControlService", 2: "DeleteService", 11: "ChangeServiceConfigW", 12: "CreateServiceW", 15: "OpenSCManagerW", 16: "OpenServiceW",
		19: "StartServiceW", 24: "CreateServiceA", 31: "StartServiceA", 44: "CreateServiceWOW64A", 45: "CreateServiceWOW64W",
	}},
	{"86d35949-83c9-4044-b424-db363231fd0c", "ITaskSchedulerService", map[uint64]string{1: "SchRpcRegisterTask", 12: "SchRpcRun", 13: "SchRpcDelete"}},
	{"1ff70682-0a51-30e8-076d-740be8cee98b", "atsvc", map[uint64]string{0: "NetrJobAdd", 1: "NetrJobDel"}},
	{"e3514235-4b06-11d1-ab04-00c04fc2dcd2", "drsuapi", map[uint64]string{0: "DRSBind", 3: "DRSGetNCChanges", 5: "DRSReplicaAdd", 12: "DRSCrackNames"}},
	{"12345778-1234-abcd-ef00-0123456789ac", "samr", map[uint64]string{5: "SamrLookupDomainInSamServer", 6: "SamrEnumerateDomainsInSamServer", 13: "SamrEnumerateUsersInDomain", 50: "SamrCreateUser2InDomain"}},
	{"12345778-1234-abcd-ef00-0123456789ab", "lsarpc", nil},
	{"338cd001-2244-31f1-aaaa-900038001003", "winreg", map[uint64]string{15: "BaseRegOpenKey", 17: "BaseRegQueryValue", 20: "BaseRegSaveKey", 22: "BaseRegSetValue"}},
	{"000001a0-0000-0000-c000-000000000046", "IRemoteSCMActivator", map[uint64]string{3: "RemoteGetClassObject", 4: "RemoteCreateInstance"}},
	{"4b324fc8-1670-01d3-1278-5a47bf6ee188", "srvsvc", map[uint64]string{12: "NetrSessionEnum", 15: "NetrShareEnum"}},
	{"6bffd098-a112-3610-9833-46c3f87e345a", "wkssvc", map[uint64]string{2: "NetrWkstaUserEnum"}},
	{"12345678-1234-abcd-ef00-01234567cffb", "netlogon", map[uint64]string{4: "NetrServerReqChallenge", 26: "NetrServerAuthenticate3", 30: "NetrServerPasswordSet2"}},
	{"12345678-1234-abcd-ef00-0123456789ab", "spoolss", map[uint64]string{65: "RpcRemoteFindFirstPrinterChangeNotificationEx", 89: "RpcAddPrinterDriverEx"}},
	{"c681d488-d850-11d0-8c52-00c04fd90f7e", "efsrpc", map[uint64]string{0: "EfsRpcOpenFileRaw"}},
}

// rpcOperation names an operation as Zeek does, "svcctl::CreateServiceW", as
// far as the interface is known.
func (x *Extractor) rpcOperation(uuid, number []byte) []byte {
	x.scratch = x.scratch[:0]
	for i := range rpcInterfaces {
		if in := &rpcInterfaces[i]; string(uuid) == in.uuid {
			x.scratch = append(append(x.scratch, in.name...), "::"...)
			if n, ok := atom.Uint(number); ok && in.operations[n] != "" {
				x.scratch = append(x.scratch, in.operations[n]...)
				return x.scratch
			}
			return append(x.scratch, number...)
		}
	}
	x.scratch = append(append(append(x.scratch, uuid...), "::"...), number...)
	return x.scratch
}
