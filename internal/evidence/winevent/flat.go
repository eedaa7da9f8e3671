package winevent

import "strings"

// dialect is a flat or shallow way to write events in JSON: how its keys,
// joined by dots, map to fields.
type dialect struct {
	id string
	// has are keys of which every group must have one for the dialect to apply.
	has [][]string
	// header maps fields of the header to keys, the best one first.
	header map[string][]string
	// body are prefixes of keys of the body; "" takes every key that nothing
	// else takes.
	body []string
	// drop are keys that say nothing about the event itself.
	drop []string
	// times are the keys of the time of the event, the best one first;
	// received is when a collector took it.
	times, timesUTC []string
	received        string
	message         string // key of the event in words
	embedded        string // key of the event as XML or JSON
	// aliases are other names for the fields of the body with prefix aliased,
	// and the one or two fields they stand for.
	aliases map[string][2]string
	aliased string
	params  bool // unnamed data is called param1, param2, …
}

var dialects = []dialect{
	{
		id:  "winlogbeat",
		has: [][]string{{"winlog.event_id", "event.code"}, {"winlog.channel", "winlog.provider_name"}},
		header: map[string][]string{
			"EventID": {"winlog.event_id", "event.code"}, "Channel": {"winlog.channel"}, "Computer": {"winlog.computer_name", "host.name", "agent.hostname"},
			"Provider_Name": {"winlog.provider_name", "event.provider"}, "Provider_Guid": {"winlog.provider_guid"}, "EventRecordID": {"winlog.record_id"},
			"Keywords": {"winlog.keywords"}, "Task": {"winlog.task"}, "Opcode": {"winlog.opcode"}, "Version": {"winlog.version"}, "Level": {"log.level"},
			"Execution_ProcessID": {"winlog.process.pid"}, "Execution_ThreadID": {"winlog.process.thread.id"},
			"Correlation_ActivityID": {"winlog.activity_id"}, "Security_UserID": {"winlog.user.identifier"},
		},
		body: []string{"winlog.event_data.", "winlog.user_data."}, drop: []string{"winlog.user_data.xml_name"},
		times: []string{"winlog.time_created", "@timestamp"}, message: "message", params: true,
	},
	{
		id:  "winlogbeat",
		has: [][]string{{"event_id"}, {"log_name"}},
		header: map[string][]string{
			"EventID": {"event_id"}, "Channel": {"log_name"}, "Computer": {"computer_name", "beat.hostname"}, "Provider_Name": {"source_name"},
			"Provider_Guid": {"provider_guid"}, "EventRecordID": {"record_number"}, "Keywords": {"keywords"}, "Task": {"task"}, "Opcode": {"opcode"},
			"Version": {"version"}, "Level": {"level"}, "Execution_ProcessID": {"process_id"}, "Execution_ThreadID": {"thread_id"},
			"Correlation_ActivityID": {"activity_id"}, "Security_UserID": {"user.identifier"},
		},
		body: []string{"event_data.", "user_data."}, drop: []string{"user_data.xml_name"},
		times: []string{"@timestamp"}, message: "message", params: true,
	},
	{
		id:  "wazuh",
		has: [][]string{{"data.win.system.eventID"}, {"data.win.system.channel", "data.win.system.providerName"}},
		header: map[string][]string{
			"EventID": {"data.win.system.eventID"}, "Channel": {"data.win.system.channel"}, "Computer": {"data.win.system.computer"},
			"Provider_Name": {"data.win.system.providerName"}, "Provider_Guid": {"data.win.system.providerGuid"}, "EventRecordID": {"data.win.system.eventRecordID"},
			"Keywords": {"data.win.system.keywords"}, "Task": {"data.win.system.task"}, "Opcode": {"data.win.system.opcode"},
			"Version": {"data.win.system.version"}, "Level": {"data.win.system.level"}, "Execution_ProcessID": {"data.win.system.processID"}, "Execution_ThreadID": {"data.win.system.threadID"},
		},
		body:  []string{"data.win.eventdata.", "data.win.userdata."},
		times: []string{"data.win.system.systemTime", "timestamp", "@timestamp"}, message: "data.win.system.message",
	},
	{
		id:  "hayabusa",
		has: [][]string{{"EventID"}, {"Channel"}, {"RuleTitle", "RuleID", "RuleFile"}},
		header: map[string][]string{
			"EventID": {"EventID"}, "Channel": {"Channel"}, "Computer": {"Computer"}, "EventRecordID": {"RecordID"}, "Provider_Name": {"Provider"},
		},
		body:  []string{"AllFieldInfo.", "ExtraFieldInfo.", "Details."},
		drop:  []string{"RuleTitle", "RuleAuthor", "RuleModifiedDate", "RuleCreationDate", "RuleFile", "RuleID", "Level", "Status", "MitreTactics", "MitreTags", "OtherTags", "EvtxFile", "RecoveredRecord"},
		times: []string{"Timestamp"}, aliases: hayabusaDetails, aliased: "Details.",
	},
	{
		id:  "splunk",
		has: [][]string{{"_raw"}},
		header: map[string][]string{
			"EventID": {"EventCode", "EventID"}, "Channel": {"Channel", "LogName", "source"}, "Computer": {"Computer", "ComputerName", "dvc", "host"},
			"Provider_Name": {"SourceName", "Name"}, "EventRecordID": {"RecordNumber", "EventRecordID"}, "Keywords": {"Keywords"},
		},
		body: []string{""}, drop: []string{"index", "linecount", "punct", "splunk_server", "sourcetype", "timestamp", "eventtype", "tag"},
		times: []string{"_time"}, message: "Message", embedded: "_raw",
	},
	{
		id:  "splunk",
		has: [][]string{{"EventCode"}, {"LogName", "SourceName", "source", "Channel"}},
		header: map[string][]string{
			"EventID": {"EventCode"}, "Channel": {"Channel", "LogName", "source"}, "Computer": {"Computer", "ComputerName", "host"},
			"Provider_Name": {"SourceName"}, "EventRecordID": {"RecordNumber", "EventRecordID"}, "Keywords": {"Keywords"},
		},
		body: []string{""}, drop: []string{"index", "linecount", "punct", "splunk_server", "sourcetype", "timestamp"},
		times: []string{"_time"}, message: "Message",
	},
	{
		id:  "powershell",
		has: [][]string{{"Id"}, {"LogName"}, {"ProviderName"}},
		header: map[string][]string{
			"EventID": {"Id"}, "Channel": {"LogName"}, "Computer": {"MachineName"}, "Provider_Name": {"ProviderName"}, "Provider_Guid": {"ProviderId"},
			"EventRecordID": {"RecordId"}, "Keywords": {"Keywords"}, "Task": {"Task"}, "Opcode": {"Opcode"}, "Version": {"Version"}, "Level": {"Level"},
			"Qualifiers": {"Qualifiers"}, "Execution_ProcessID": {"ProcessId"}, "Execution_ThreadID": {"ThreadId"},
			"Correlation_ActivityID": {"ActivityId"}, "Security_UserID": {"UserId.Value", "UserId"},
		},
		times: []string{"TimeCreated"}, message: "Message",
	},
	{
		id:  "nxlog",
		has: [][]string{{"EventID"}, {"Channel", "SourceName"}},
		header: map[string][]string{
			"EventID": {"EventID"}, "Channel": {"Channel"}, "Computer": {"Hostname", "Computer", "host.name"},
			"Provider_Name": {"SourceName", "ProviderName", "Provider"}, "Provider_Guid": {"ProviderGuid"}, "EventRecordID": {"RecordNumber", "EventRecordID"},
			"Keywords": {"Keywords"}, "Task": {"Task"}, "Opcode": {"OpcodeValue", "Opcode"}, "Version": {"Version"}, "Level": {"Level", "LevelValue"},
			"Execution_ProcessID": {"ExecutionProcessID"}, "Execution_ThreadID": {"ExecutionThreadID", "ThreadID"},
			"Correlation_ActivityID": {"ActivityID"}, "Security_UserID": {"UserID"},
		},
		body: []string{"EventData.", "UserData.", ""},
		drop: []string{
			"@version", "Category", "ERROR_EVT_UNRESOLVED", "EventReceivedTime", "EventTypeOrignal", "Opcode", "Severity", "SeverityValue", "SourceModuleName",
			"SourceModuleType", "SourceName", "port", "host", "tags", "type", "AccountType",
		},
		times: []string{"TimeCreated", "EventTime"}, timesUTC: []string{"UtcTime"}, received: "@timestamp", message: "Message",
	},
}

// hayabusaDetails are the short names of fields in Hayabusa's summaries, as
// far as they are the same for all events.
var hayabusaDetails = map[string][2]string{
	"Cmdline": {"CommandLine"}, "Proc": {"Image", "NewProcessName"}, "PGUID": {"ProcessGuid"}, "ParentCmdline": {"ParentCommandLine"},
	"ParentProc": {"ParentImage", "ParentProcessName"}, "ParentPGUID": {"ParentProcessGuid"}, "Hash": {"Hashes"}, "ScriptBlock": {"ScriptBlockText"},
	"TgtUser": {"TargetUserName"}, "SrcUser": {"SubjectUserName"}, "SrcIP": {"IpAddress", "SourceIp"}, "SrcComp": {"WorkstationName"}, "TgtIP": {"DestinationIp"},
	"TgtPort": {"DestinationPort"}, "SrcPort": {"SourcePort", "IpPort"}, "Svc": {"ServiceName"}, "SrcProc": {"SourceImage"}, "TgtProc": {"TargetImage"},
	"Access": {"GrantedAccess"}, "TgtObj": {"TargetObject"}, "Query": {"QueryName"}, "Pipe": {"PipeName"},
}

// wrappers are objects that search engines put events in.
var wrappers = []string{"_source.", "result.", "fields."}

// keys are the keys of all values of a document, joined by dots.
type keys struct {
	list  []string       // of each value; "" if there was the same before
	index map[string]int // of the value
}

// joinKeys joins each path with dots, without the wrapper it may be in.
func joinKeys(paths [][]string) keys {
	k := keys{list: make([]string, len(paths)), index: make(map[string]int, len(paths))}
	for i, path := range paths {
		key := strings.Join(path, ".")
		for _, w := range wrappers {
			if rest, ok := strings.CutPrefix(key, w); ok && len(path) > 1 {
				key = rest
				break
			}
		}
		if _, taken := k.index[key]; !taken {
			k.list[i], k.index[key] = key, i
		}
	}
	return k
}

// dialect returns the first dialect that applies, nil if none does.
func (k keys) dialect() *dialect {
	for i := range dialects {
		d := &dialects[i]
		applies := true
		for _, group := range d.has {
			_, found := k.first(group)
			applies = applies && found
		}
		if applies {
			return d
		}
	}
	return nil
}

// first returns the value of the first of several keys that there is.
func (k keys) first(names []string) (int, bool) {
	for _, name := range names {
		if i, ok := k.index[name]; ok {
			return i, true
		}
	}
	return -1, false
}

func (d *dialect) targets(k keys) []target {
	targets := make([]target, len(k.list))
	done := make([]bool, len(k.list))
	set := func(i int, t target) {
		targets[i], done[i] = t, true
	}
	for name, from := range d.header {
		if i, ok := k.first(from); ok {
			set(i, headerField(name))
		}
	}
	for _, key := range d.drop {
		if i, ok := k.index[key]; ok && !done[i] {
			set(i, target{})
		}
	}
	if i, ok := k.index[d.message]; ok {
		set(i, target{role: message})
	}
	if i, ok := k.index[d.embedded]; ok {
		set(i, target{role: embedded})
	}
	d.time(k, set)
	d.data(k, done, set)
	return targets
}

// time chooses the value that tells when the event happened.
func (d *dialect) time(k keys, set func(int, target)) {
	found := false
	if i, ok := k.first(d.timesUTC); ok {
		t := dataField(k.list[i])
		t.role = eventTimeUTC
		set(i, t)
		found = true
	}
	named := false
	for _, key := range d.times {
		i, ok := k.index[key]
		if !ok {
			continue
		}
		t := target{}
		if !named {
			t = headerField("TimeCreated")
			named = true
			if found {
				t.role = localTime
			}
		}
		found = true
		set(i, t)
	}
	if i, ok := k.index[d.received]; ok {
		if found {
			set(i, target{role: receivedTime})
		} else {
			set(i, headerField("TimeCreated"))
		}
	}
}

// data makes fields of the body of all that is left.
func (d *dialect) data(k keys, done []bool, set func(int, target)) {
	taken := map[string]bool{}
	for _, prefix := range d.body {
		for i, key := range k.list {
			name, ok := strings.CutPrefix(key, prefix)
			if done[i] || !ok || name == "" {
				continue
			}
			if prefix != "" {
				name = name[strings.LastIndexByte(name, '.')+1:]
			}
			t := dataField(name)
			if also, ok := d.aliases[name]; ok && prefix == d.aliased {
				t = dataField(also[0])
				t.also = also[1]
			}
			if d.params && isParam(name) {
				t.also = "Data"
			}
			if taken[t.name] {
				t = target{}
			}
			taken[t.name] = true
			set(i, t)
		}
	}
}

// isParam says whether name is one that winlogbeat makes up for unnamed data:
// param1, param2, ….
func isParam(name string) bool {
	n, ok := strings.CutPrefix(name, "param")
	return ok && n != "" && strings.Trim(n, "0123456789") == ""
}
