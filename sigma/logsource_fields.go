package sigma

import "strings"

// sysmonFields are the fields of Sysmon's events per category, as its manifest
// names them, without those that every event has.
var sysmonFields = map[string]string{
	"process_creation":         "ProcessGuid ProcessId Image FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser",
	"file_change":              "ProcessGuid ProcessId Image TargetFilename CreationUtcTime PreviousCreationUtcTime User",
	"network_connection":       "ProcessGuid ProcessId Image User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName",
	"process_termination":      "ProcessGuid ProcessId Image User",
	"driver_load":              "ImageLoaded Hashes Signed Signature SignatureStatus",
	"image_load":               "ProcessGuid ProcessId Image ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus User",
	"create_remote_thread":     "SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId TargetImage NewThreadId StartAddress StartModule StartFunction SourceUser TargetUser",
	"raw_access_thread":        "ProcessGuid ProcessId Image Device User",
	"raw_access_read":          "ProcessGuid ProcessId Image Device User",
	"process_access":           "SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace SourceUser TargetUser",
	"file_event":               "ProcessGuid ProcessId Image TargetFilename CreationUtcTime User",
	"registry_event":           "EventType ProcessGuid ProcessId Image TargetObject Details NewName User",
	"registry_add":             "EventType ProcessGuid ProcessId Image TargetObject User",
	"registry_delete":          "EventType ProcessGuid ProcessId Image TargetObject User",
	"registry_set":             "EventType ProcessGuid ProcessId Image TargetObject Details User",
	"registry_rename":          "EventType ProcessGuid ProcessId Image TargetObject NewName User",
	"create_stream_hash":       "ProcessGuid ProcessId Image TargetFilename CreationUtcTime Hash Contents User",
	"pipe_created":             "EventType ProcessGuid ProcessId PipeName Image User",
	"wmi_event":                "EventType Operation User EventNamespace Name Query Type Destination Consumer Filter",
	"dns_query":                "ProcessGuid ProcessId QueryName QueryStatus QueryResults Image User",
	"file_delete":              "ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable Archived",
	"clipboard_change":         "ProcessGuid ProcessId Image Session ClientInfo Hashes Archived User",
	"clipboard_capture":        "ProcessGuid ProcessId Image Session ClientInfo Hashes Archived User",
	"process_tampering":        "ProcessGuid ProcessId Image Type User",
	"file_delete_detected":     "ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable",
	"file_block":               "ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable",
	"file_block_executable":    "ProcessGuid ProcessId User Image TargetFilename Hashes",
	"file_block_shredding":     "ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable",
	"file_executable_detected": "ProcessGuid ProcessId User Image TargetFilename Hashes",
	"ps_module":                "ContextInfo UserData Payload",
	"ps_script":                "MessageNumber MessageTotal ScriptBlockText ScriptBlockId Path",
}

// commonFields are in the header of every event, or in every event of Sysmon.
const commonFields = "EventID Provider_Name Provider_Guid Channel Computer Level Task Opcode Keywords Version EventRecordID TimeCreated Execution_ProcessID Execution_ThreadID Security_UserID RuleName UtcTime"

// knownFields returns the fields of a log source, in lower case; nil if its
// events differ.
func knownFields(ls *LogSource) map[string]bool {
	own, ok := sysmonFields[strings.ToLower(ls.Category)]
	if !ok {
		return nil
	}
	fields := map[string]bool{}
	for name := range strings.FieldsSeq(strings.ToLower(own + " " + commonFields)) {
		fields[name] = true
	}
	return fields
}
