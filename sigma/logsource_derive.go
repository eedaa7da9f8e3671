package sigma

import (
	"bytes"
	"fmt"
	"strconv"

	"seawall/record"
)

// A derivation that has several readings of a value separates them with NUL.
const textItems = record.Text | record.Array

// processDerivations read Security 4688 as Sysmon 1. The subject of 4688 is
// the creator; its target, if there is one, the user the process runs as.
var processDerivations = map[string]Derivation{
	"User": {
		From:   []string{"TargetUserSid", "TargetDomainName", "TargetUserName", "SubjectUserSid", "SubjectDomainName", "SubjectUserName"},
		Append: appendProcessUser,
	},
	"ParentUser":      subjectUser,
	"LogonId":         {From: []string{"TargetLogonId", "SubjectLogonId"}, Append: appendProcessLogon},
	"ProcessId":       {From: []string{"NewProcessId"}, Append: appendDecimal},
	"ParentProcessId": {From: []string{"ProcessId"}, Append: appendDecimal},
	"IntegrityLevel":  {From: []string{"MandatoryLabel"}, Append: appendIntegrity},
}

// registryDerivations read Security 4657 as Sysmon 13.
var registryDerivations = map[string]Derivation{
	"TargetObject": {From: []string{"ObjectName", "ObjectValueName"}, Append: appendRegistryValue},
	"Details":      {From: []string{"NewValue", "NewValueType"}, Append: appendRegistryDetails},
	"EventType":    {From: []string{"OperationType"}, Append: appendRegistryEventType},
	"ProcessId":    {From: []string{"ProcessId"}, Append: appendDecimal},
	"User":         subjectUser,
}

// connectionDerivations read Security 5156 as Sysmon 3.
var connectionDerivations = map[string]Derivation{
	"Image":     {From: []string{"Application"}, Append: appendDevicePath},
	"Initiated": {From: []string{"Direction"}, Append: appendInitiated},
	"Protocol":  {From: []string{"Protocol"}, Append: appendProtocol},
}

// wmiDerivations read WMI-Activity 5861, which reports filter, consumer and
// binding in one event and their definitions as MOF text, as Sysmon 19 to 21.
var wmiDerivations = map[string]Derivation{
	"Destination": {From: []string{"PossibleCause"}, Append: appendMOF},
	"Query":       {From: []string{"PossibleCause"}, Append: appendMOF},
	"Name":        {From: []string{"CONSUMER", "ESS"}, Append: appendAll},
	"Type":        {From: []string{"CONSUMER"}, Append: appendConsumerType},
	"EventType":   {From: []string{"CONSUMER"}, Append: sameValues("WmiFilterEvent", "WmiConsumerEvent", "WmiBindingEvent")},
	"Operation":   {From: []string{"CONSUMER"}, Append: sameValues("Created")},
}

// hostDerivations say which host a record is of, in the words of other fields.
var hostDerivations = map[string]Derivation{
	"ComputerAccount": {From: []string{"Computer"}, Append: appendComputerAccount},
}

// maxNetBIOSName is how much of a computer's name its account has.
const maxNetBIOSName = 15

// appendComputerAccount appends the name of a computer's account: its first
// label and a dollar sign.
func appendComputerAccount(dst []byte, values []record.Value) ([]byte, record.Kind) {
	if blank(values[0]) {
		return dst, record.Null
	}
	start := len(dst)
	dst = values[0].AppendText(dst)
	if dot := bytes.IndexByte(dst[start:], '.'); dot >= 0 {
		dst = dst[:start+dot]
	}
	dst = dst[:min(len(dst), start+maxNetBIOSName)]
	return append(dst, '$'), record.Text
}

var subjectUser = Derivation{
	From: []string{"SubjectUserSid", "SubjectDomainName", "SubjectUserName"},
	Append: func(dst []byte, v []record.Value) ([]byte, record.Kind) {
		return appendUser(dst, v[0], v[1], v[2])
	},
}

// wellKnownUsers are the accounts Sysmon names by their account, where Windows
// auditing names the computer account that stands for them.
var wellKnownUsers = map[string]string{
	"S-1-5-18": `NT AUTHORITY\SYSTEM`,
	"S-1-5-19": `NT AUTHORITY\LOCAL SERVICE`,
	"S-1-5-20": `NT AUTHORITY\NETWORK SERVICE`,
}

func appendUser(dst []byte, sid, domain, name record.Value) ([]byte, record.Kind) {
	var buf [64]byte
	if known, ok := wellKnownUsers[string(sid.AppendText(buf[:0]))]; ok {
		return append(dst, known...), record.Text
	}
	if blank(name) {
		return dst, record.Null
	}
	if !blank(domain) {
		dst = append(domain.AppendText(dst), '\\')
	}
	return name.AppendText(dst), record.Text
}

func appendProcessUser(dst []byte, v []record.Value) ([]byte, record.Kind) {
	if !blank(v[2]) {
		return appendUser(dst, v[0], v[1], v[2])
	}
	return appendUser(dst, v[3], v[4], v[5])
}

func appendProcessLogon(dst []byte, v []record.Value) ([]byte, record.Kind) {
	logon := v[0]
	if id, ok := logon.Int64(); !ok || id == 0 {
		logon = v[1]
	}
	if logon.Kind == record.Null {
		return dst, record.Null
	}
	return logon.AppendText(dst), record.Text
}

// blank reports whether Windows wrote no value: nothing, or a dash.
func blank(v record.Value) bool {
	var buf [8]byte
	if len(v.Raw) > 4 {
		return false
	}
	text := v.AppendText(buf[:0])
	return len(text) == 0 || string(text) == "-"
}

// appendDecimal writes numbers as Sysmon does; auditing writes process ids in
// hexadecimal.
func appendDecimal(dst []byte, v []record.Value) ([]byte, record.Kind) {
	n, ok := v[0].Int64()
	if !ok {
		return appendAll(dst, v[:1])
	}
	return strconv.AppendInt(dst, n, 10), record.Text
}

// integrityLevels are the names of mandatory labels ([MS-DTYP] 2.4.2.4).
var integrityLevels = map[string]string{
	"S-1-16-0":     "Untrusted",
	"S-1-16-4096":  "Low",
	"S-1-16-8192":  "Medium",
	"S-1-16-8448":  "MediumPlus",
	"S-1-16-12288": "High",
	"S-1-16-16384": "System",
	"S-1-16-20480": "Protected",
}

// appendIntegrity gives the name and the SID of a label: rules use either.
func appendIntegrity(dst []byte, v []record.Value) ([]byte, record.Kind) {
	if v[0].Kind == record.Null {
		return dst, record.Null
	}
	start := len(dst)
	dst = v[0].AppendText(dst)
	if name, ok := integrityLevels[string(dst[start:])]; ok {
		dst = append(append(dst, 0), name...)
	}
	return dst, textItems
}

const (
	hiveMachine = `\registry\machine\`
	hiveUser    = `\registry\user\`
)

// appendRegistryValue joins key and value name and gives every way of writing
// them: as in the event, with Sysmon's abbreviations of the root (which reads
// numbered control sets as the current one), and below HKCU and HKCR.
func appendRegistryValue(dst []byte, v []record.Value) ([]byte, record.Kind) {
	if blank(v[0]) {
		return dst, record.Null
	}
	start := len(dst)
	dst = append(v[0].AppendText(dst), '\\')
	if blank(v[1]) {
		dst = append(dst, "(Default)"...)
	} else {
		dst = v[1].AppendText(dst)
	}
	path := dst[start:len(dst):len(dst)]
	if rest, ok := cutPrefixFold(path, hiveMachine); ok {
		dst = append(append(dst, "\x00HKLM\\"...), rest...)
		return appendMachineAliases(dst, rest), textItems
	}
	if rest, ok := cutPrefixFold(path, hiveUser); ok {
		dst = append(append(dst, "\x00HKU\\"...), rest...)
		return appendUserAliases(dst, rest), textItems
	}
	return dst, record.Text
}

func appendMachineAliases(dst, rest []byte) []byte {
	if below, ok := cutPrefixFold(rest, `software\classes\`); ok {
		return append(append(dst, "\x00HKCR\\"...), below...)
	}
	below, ok := cutPrefixFold(rest, `system\controlset`)
	if !ok {
		return dst
	}
	digits := 0
	for digits < len(below) && below[digits] >= '0' && below[digits] <= '9' {
		digits++
	}
	if digits == 0 || digits == len(below) || below[digits] != '\\' {
		return dst
	}
	return append(append(dst, "\x00HKLM\\System\\CurrentControlSet"...), below[digits:]...)
}

func appendUserAliases(dst, rest []byte) []byte {
	sid, below, ok := bytes.Cut(rest, []byte{'\\'})
	if !ok {
		return dst
	}
	if bytes.HasSuffix(bytes.ToLower(sid), []byte("_classes")) {
		return append(append(dst, "\x00HKCR\\"...), below...)
	}
	return append(append(dst, "\x00HKCU\\"...), below...)
}

// appendRegistryDetails writes data as Sysmon does: numbers with their type,
// binary data not at all. Types are %%1872 (REG_NONE) + the type number.
func appendRegistryDetails(dst []byte, v []record.Value) ([]byte, record.Kind) {
	data, kind := v[0], v[1].String()
	if data.Kind == record.Null && kind == "" {
		return dst, record.Null
	}
	n, number := data.Int64()
	switch {
	case kind == "%%1876" && number:
		return fmt.Appendf(dst, "DWORD (0x%08x)", uint32(n)), record.Text
	case kind == "%%1883" && number:
		return fmt.Appendf(dst, "QWORD (0x%08x-0x%08x)", uint32(n>>32), uint32(n)), record.Text
	case kind == "%%1875":
		dst = append(dst, "Binary Data\x00"...)
		return data.AppendText(dst), textItems
	case len(data.Raw) == 0:
		return append(dst, "(Empty)"...), record.Text
	}
	return data.AppendText(dst), record.Text
}

// registryEventTypes are Sysmon's words for the operations of event 4657. That
// has no event for new keys; a new value is the nearest sign of one.
var registryEventTypes = map[string]string{
	"%%1904": "SetValue\x00CreateKey",
	"%%1905": "SetValue",
	"%%1906": "DeleteValue",
}

func appendRegistryEventType(dst []byte, v []record.Value) ([]byte, record.Kind) {
	return appendTranslated(dst, v[0], registryEventTypes)
}

// appendInitiated reads the direction of a connection: %%14592 inbound,
// %%14593 outbound.
func appendInitiated(dst []byte, v []record.Value) ([]byte, record.Kind) {
	return appendTranslated(dst, v[0], map[string]string{"%%14592": "false", "%%14593": "true"})
}

// protocols are the IP protocol numbers Sysmon has names for.
var protocols = map[string]string{"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}

func appendProtocol(dst []byte, v []record.Value) ([]byte, record.Kind) {
	return appendTranslated(dst, v[0], protocols)
}

// appendTranslated gives the value as it is and, if words has it, translated.
func appendTranslated(dst []byte, v record.Value, words map[string]string) ([]byte, record.Kind) {
	if v.Kind == record.Null {
		return dst, record.Null
	}
	start := len(dst)
	dst = v.AppendText(dst)
	if word, ok := words[string(dst[start:])]; ok {
		dst = append(append(dst, 0), word...)
	}
	return dst, textItems
}

// appendDevicePath gives a device path as it is and with a drive letter. Which
// letter a volume has is not in the event; nearly always it is C.
func appendDevicePath(dst []byte, v []record.Value) ([]byte, record.Kind) {
	if v[0].Kind == record.Null {
		return dst, record.Null
	}
	start := len(dst)
	dst = v[0].AppendText(dst)
	path := dst[start:len(dst):len(dst)]
	if rest, ok := cutPrefixFold(path, `\device\harddiskvolume`); ok {
		if i := bytes.IndexByte(rest, '\\'); i >= 0 {
			dst = append(append(dst, "\x00C:"...), rest[i:]...)
		}
	} else if rest, ok := cutPrefixFold(path, `\device\mup\`); ok {
		dst = append(append(dst, "\x00\\\\"...), rest...)
	}
	return dst, textItems
}

// appendDefenderPaths gives the field as it is and each of its paths without
// the scheme: "file:_C:\a.exe; containerfile:_C:\b.zip".
func appendDefenderPaths(dst []byte, v []record.Value) ([]byte, record.Kind) {
	if v[0].Kind == record.Null {
		return dst, record.Null
	}
	start := len(dst)
	dst = v[0].AppendText(dst)
	for path := range bytes.SplitSeq(dst[start:len(dst):len(dst)], []byte("; ")) {
		if _, bare, ok := bytes.Cut(path, []byte(":_")); ok {
			dst = append(append(dst, 0), bare...)
		}
	}
	return dst, textItems
}

// appendMOF gives MOF text as it is and with its string escapes resolved.
func appendMOF(dst []byte, v []record.Value) ([]byte, record.Kind) {
	if v[0].Kind == record.Null {
		return dst, record.Null
	}
	start := len(dst)
	dst = v[0].AppendText(dst)
	text := dst[start:len(dst):len(dst)]
	dst = append(dst, 0)
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
			switch text[i] {
			case 'n':
				dst = append(dst, '\n')
				continue
			case 't':
				dst = append(dst, '\t')
				continue
			case 'r':
				dst = append(dst, '\r')
				continue
			}
		}
		dst = append(dst, text[i])
	}
	return dst, textItems
}

// consumerTypes are Sysmon's words for the classes of WMI event consumers.
var consumerTypes = []struct{ class, word string }{
	{"ActiveScriptEventConsumer", "Script"},
	{"CommandLineEventConsumer", "Command Line"},
	{"LogFileEventConsumer", "Log To File"},
	{"NTEventLogEventConsumer", "Log To Event Log"},
	{"SMTPEventConsumer", "SMTP"},
}

func appendConsumerType(dst []byte, v []record.Value) ([]byte, record.Kind) {
	start := len(dst)
	dst = v[0].AppendText(dst)
	for _, t := range consumerTypes {
		if bytes.Contains(dst[start:], []byte(t.class)) {
			return append(dst[:start], t.word...), record.Text
		}
	}
	return dst[:start], record.Null
}

// appendAll gives all values.
func appendAll(dst []byte, values []record.Value) ([]byte, record.Kind) {
	kind := record.Null
	for _, v := range values {
		if v.Kind == record.Null {
			continue
		}
		if kind != record.Null {
			dst = append(dst, 0)
		}
		dst, kind = v.AppendText(dst), textItems
	}
	return dst, kind
}

// sameValues gives the same values for every record that has the first field.
func sameValues(values ...string) func([]byte, []record.Value) ([]byte, record.Kind) {
	return func(dst []byte, v []record.Value) ([]byte, record.Kind) {
		if v[0].Kind == record.Null {
			return dst, record.Null
		}
		for i, value := range values {
			if i > 0 {
				dst = append(dst, 0)
			}
			dst = append(dst, value...)
		}
		return dst, textItems
	}
}

// cutPrefixFold cuts a lower-case ASCII prefix off text, without case.
func cutPrefixFold(text []byte, prefix string) ([]byte, bool) {
	if len(text) < len(prefix) {
		return text, false
	}
	for i := range len(prefix) {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != prefix[i] {
			return text, false
		}
	}
	return text[len(prefix):], true
}
