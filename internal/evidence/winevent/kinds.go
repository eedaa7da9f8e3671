package winevent

// kind is a family of events that one reader turns into activities.
type kind struct {
	channels []string // in lower case
	ids      []int
	// read fills in the activity and reports whether the record tells of one.
	read func(*event) bool
}

// The channels read.
var (
	security       = []string{"security"}
	system         = []string{"system"}
	application    = []string{"application"}
	sysmon         = []string{"microsoft-windows-sysmon/operational"}
	powerShell     = []string{"microsoft-windows-powershell/operational", "powershellcore/operational"}
	powerShellOld  = []string{"windows powershell"}
	taskScheduler  = []string{"microsoft-windows-taskscheduler/operational"}
	sessionManager = []string{"microsoft-windows-terminalservices-localsessionmanager/operational"}
	remoteManager  = []string{"microsoft-windows-terminalservices-remoteconnectionmanager/operational"}
	rdpCore        = []string{"microsoft-windows-remotedesktopservices-rdpcorets/operational"}
	rdpClient      = []string{"microsoft-windows-terminalservices-rdpclient/operational"}
	winRM          = []string{"microsoft-windows-winrm/operational"}
	wmiActivity    = []string{"microsoft-windows-wmi-activity/operational"}
	ntlm           = []string{"microsoft-windows-ntlm/operational"}
	bits           = []string{"microsoft-windows-bits-client/operational"}
	defender       = []string{"microsoft-windows-windows defender/operational"}
	openSSH        = []string{"openssh/operational"}
	exchange       = []string{"msexchange management"}
	iisLogging     = []string{"microsoft-iis-logging/logs"}
)

// kinds is every event that activities are made of.
var kinds = []kind{
	{security, []int{4624, 4625}, readLogon},
	{security, []int{4634, 4647}, readLogoff},
	{security, []int{4648}, readExplicitCredentials},
	{security, []int{4672}, readPrivileged},
	{security, []int{4768, 4771, 4772}, readTicketGranting},
	{security, []int{4769, 4770, 4773}, readServiceTicket},
	{security, []int{4776, 4777}, readNTLMValidation},
	{security, []int{4778, 4779}, readReconnection},
	{ntlm, []int{8001, 8002, 8003, 8004}, readNTLMUse},
	{sessionManager, []int{21, 22, 23, 24, 25}, readSession},
	{remoteManager, []int{1149}, readRemoteConnection},
	{rdpCore, []int{131, 140}, readRemoteTransport},
	{rdpClient, []int{1024, 1102}, readRemoteClient},
	{winRM, []int{6}, readRemoteShell},
	{openSSH, []int{4}, readSSH},
	{application, []int{18453, 18454, 18456}, readDatabaseLogin},

	{security, []int{
		4720, 4722, 4723, 4724, 4725, 4726, 4727, 4728, 4729, 4730, 4731, 4732, 4733, 4734, 4735, 4737, 4738, 4740, 4741, 4742, 4743,
		4754, 4755, 4756, 4757, 4758, 4767, 4781,
	}, readAccountChange},
	{security, []int{4661, 4798, 4799}, readEnumeration},

	{security, []int{4688}, readProcessCreation},
	{security, []int{4656, 4663}, readObjectAccess},
	{security, []int{4657}, readRegistryAudit},
	{security, []int{4662}, readDirectoryAccess},
	{security, []int{5136, 5137, 5138, 5139, 5141}, readDirectoryChange},
	{security, []int{5140, 5142, 5143, 5144, 5145}, readShare},
	{security, []int{5156, 5157}, readFilteredConnection},
	{security, []int{4697}, readServiceAudit},
	{security, []int{4698, 4699, 4700, 4701, 4702}, readTaskAudit},
	{security, []int{4886, 4887, 5379}, readSubject},
	{security, []int{1100, 1101, 1102, 1104, 1108, 4616, 4719, 4906}, readAuditLog},

	{system, []int{7045}, readServiceInstalled},
	{system, []int{7023, 7024, 7031, 7034, 7036, 7040}, readServiceState},
	{system, []int{104, 6006}, readSystemLog},

	{sysmon, []int{1}, readProcessStart},
	{sysmon, []int{3}, readConnection},
	{sysmon, []int{22}, readQuery},
	{sysmon, []int{2, 6, 7, 11, 15, 17, 18, 23, 26, 27, 29}, readFile},
	{sysmon, []int{8, 10, 25}, readAccess},
	{sysmon, []int{12, 13, 14}, readRegistry},
	{sysmon, []int{20}, readEventConsumer},
	{sysmon, []int{4, 16, 255}, readSysmonState},

	{powerShell, []int{4103, 4104}, readScript},
	{powerShellOld, []int{400, 800}, readOldScript},
	{taskScheduler, []int{106, 129, 140, 141, 142, 200}, readTask},
	{wmiActivity, []int{5861}, readEventBinding},
	{bits, []int{59}, readTransfer},
	{defender, []int{1006, 1015, 1116, 1117}, readMalware},
	{defender, []int{5001, 5010, 5012}, readProtectionOff},
	{exchange, []int{1, 6}, readCmdlet},
	{iisLogging, []int{6200}, readWebRequest},
}
