package winevent

import (
	"bytes"
	"strings"
)

// labelled is one "Label: value" of an event's message.
type labelled struct {
	section, label, value []byte
}

// messageItems calls yield for the labelled values of a message, such as
//
//	Subject:
//		Account Name:		bob
//
// Lines without a label continue the value before them. The order is that of
// the message.
func messageItems(text []byte, yield func(labelled)) {
	var current labelled
	pending := false
	flush := func() {
		if pending {
			yield(current)
		}
		pending = false
	}
	var section []byte
	for rest := text; len(rest) > 0; {
		var line []byte
		start := len(text) - len(rest)
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		trimmed := bytes.TrimSpace(line)
		label, value, ok := splitLabel(trimmed)
		switch {
		case len(trimmed) == 0:
			flush()
		case ok && len(value) == 0 && !indented(line) && indented(rest):
			flush()
			section = label
		case start == 0 && len(value) == 0: // what happened, as a title or sentence
		case ok:
			flush()
			if !indented(line) {
				section = nil
			}
			current, pending = labelled{section, label, value}, true
		case pending: // a continuation; values are slices of text
			from := cap(text) - cap(current.value)
			end := start + len(bytes.TrimRight(line, " \t\r"))
			if len(current.value) == 0 {
				from = start + bytes.Index(line, trimmed)
			}
			current.value = text[from:end]
		}
	}
	flush()
}

func indented(line []byte) bool {
	return len(line) > 0 && (line[0] == '\t' || line[0] == ' ')
}

// splitLabel splits "Label:value". Labels are short and hold words only: a
// path or a sentence is no label.
func splitLabel(line []byte) (label, value []byte, ok bool) {
	const longest = 40
	i := bytes.IndexByte(line, ':')
	if i <= 0 || i > longest || i+1 < len(line) && line[i+1] != ' ' && line[i+1] != '\t' {
		return nil, nil, false
	}
	for _, c := range line[:i] {
		if (c|0x20 < 'a' || c|0x20 > 'z') && c != ' ' && c != '-' && c != '/' && c != '(' && c != ')' && (c < '0' || c > '9') && c < 0x80 {
			return nil, nil, false
		}
	}
	return line[:i], bytes.TrimSpace(line[i+1:]), true
}

// messageField names the fields that a labelled value of an English message
// stands for. What is not in the tables has the name of its label, without
// blanks: that is how most fields, and all of Sysmon's, are called.
func messageField(section, label string) (name, also string) {
	if names, ok := sectionLabels[section+"|"+label]; ok {
		return names[0], names[1]
	}
	if prefix, ok := sectionPrefixes[section]; ok {
		if suffix, ok := accountLabels[label]; ok {
			if suffix == "UserSid" && prefix == "Target" && section != "New Logon" && section != "Account For Which Logon Failed" {
				suffix = "Sid"
			}
			return prefix + suffix, ""
		}
	}
	if names, ok := labels[label]; ok {
		return names[0], names[1]
	}
	return bareLabel.Replace(label), ""
}

var bareLabel = strings.NewReplacer(" ID", "Id", " ", "", "-", "")

// sectionPrefixes are whose account a section of a message describes.
var sectionPrefixes = map[string]string{
	"Subject": "Subject", "Creator Subject": "Subject", "New Logon": "Target", "Account For Which Logon Failed": "Target", "Account Whose Credentials Were Used": "Target",
	"Target Account": "Target", "New Account": "Target", "Target Subject": "Target", "Account That Was Locked Out": "Target", "Group": "Target", "New Group": "Target",
	"Deleted Group": "Target", "Account Information": "Target", "New Computer Account": "Target", "Computer Account That Was Changed": "Target",
}

// accountLabels are what such a section tells of the account.
var accountLabels = map[string]string{
	"Security ID": "UserSid", "User ID": "UserSid", "Account Name": "UserName", "Group Name": "UserName", "Account Domain": "DomainName", "Group Domain": "DomainName",
	"Supplied Realm Name": "DomainName", "Logon ID": "LogonId",
}

// sectionLabels are labels whose meaning depends on their section.
var sectionLabels = map[string][2]string{
	"Member|Security ID": {"MemberSid"}, "Member|Account Name": {"MemberName"},
	"Service Information|Service ID":          {"ServiceSid"},
	"Network Information|Source Address":      {"IpAddress", "SourceAddress"},
	"Network Information|Source Port":         {"IpPort", "SourcePort"},
	"Network Information|Destination Address": {"DestAddress"}, "Network Information|Destination Port": {"DestPort"},
	"Network Information|Client Address": {"IpAddress"}, "Network Information|Client Port": {"IpPort"},
	"Application Information|Application Name": {"Application"},
	"Process Information|New Process ID":       {"NewProcessId"}, "Process Information|Creator Process ID": {"ProcessId"},
	"Process Information|Creator Process Name": {"ParentProcessName"}, "Process Information|Process Command Line": {"CommandLine"},
	"Process Information|Caller Process ID": {"ProcessId", "CallerProcessId"}, "Process Information|Caller Process Name": {"ProcessName", "CallerProcessName"},
	"Attributes|User Account Control": {"UserAccountControl"}, "Attributes|Old UAC Value": {"OldUacValue"}, "Attributes|New UAC Value": {"NewUacValue"},
	"Attributes|Service Principal Names":          {"ServicePrincipalNames"},
	"Target Server|Target Server Name":            {"TargetServerName"},
	"Additional Information|Caller Computer Name": {"TargetDomainName"},
	"Object|DN": {"ObjectDN"}, "Object|GUID": {"ObjectGUID"}, "Object|Class": {"ObjectClass"},
	"Attribute|LDAP Display Name": {"AttributeLDAPDisplayName"}, "Attribute|Value": {"AttributeValue"},
}

// labels are those that mean the same in every message.
var labels = map[string][2]string{
	"Source Network Address": {"IpAddress"}, "Logon Process": {"LogonProcessName"}, "Authentication Package": {"AuthenticationPackageName", "PackageName"},
	"Logon Account": {"TargetUserName"}, "Source Workstation": {"Workstation"}, "Error Code": {"Status"}, "Result Code": {"Status"}, "Failure Code": {"Status"},
	"Sub Status": {"SubStatus"}, "Pre-Authentication Type": {"PreAuthType"}, "Share Path": {"ShareLocalPath"}, "Accesses": {"AccessList"},
	"Service File Name": {"ServiceFileName", "ImagePath"}, "Service Start Type": {"ServiceStartType", "StartType"}, "Service Account": {"ServiceAccount", "AccountName"},
	"Privileges": {"PrivilegeList"}, "Package Name (NTLM only)": {"LmPackageName"}, "Source DRA": {"SourceDRA"}, "Session Name": {"SessionName"},
	"Client Name": {"ClientName"}, "Subcategory GUID": {"SubcategoryGuid"}, "Changes": {"AuditPolicyChanges"},
}
