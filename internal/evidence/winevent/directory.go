package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

func (e *event) useDirectory(operation string) *activity.Directory {
	e.Class = activity.DirectoryUse
	e.subject()
	e.directory = activity.Directory{Operation: operation, Properties: e.directory.Properties[:0]}
	e.Directory = &e.directory
	return e.Directory
}

// readDirectoryAccess reads the use of rights on a directory object. Objects
// are given as %{GUID}, the rights used as a list of GUIDs in braces.
func readDirectoryAccess(e *event) bool {
	d := e.useDirectory("access")
	d.Mask = e.mask(fieldAccessMask)
	d.Object = e.keep(bareGUID(e.raw(fieldObjectName)))
	d.ObjectType = e.keep(bareGUID(e.raw(fieldObjectType)))
	for text := e.raw(fieldProperties); ; {
		_, rest, open := bytes.Cut(text, []byte("{"))
		guid, rest, closed := bytes.Cut(rest, []byte("}"))
		if !open || !closed {
			return true
		}
		var folded [guidLength]byte
		if len(guid) == guidLength {
			d.Properties = append(d.Properties, e.keep(lower(append(folded[:0], guid...))))
		}
		text = rest
	}
}

const guidLength = len("1131f6aa-9c07-11d1-f79f-00c04fc2dcd2")

// bareGUID strips "%{…}" off a GUID.
func bareGUID(text []byte) []byte {
	if bytes.HasPrefix(text, []byte("%{")) && bytes.HasSuffix(text, []byte("}")) {
		return text[2 : len(text)-1]
	}
	return text
}

// directoryOperations are what the audit events of directory changes mean.
var directoryOperations = map[int]string{5136: "change", 5137: "create", 5138: "undelete", 5139: "move", 5141: "delete"}

func readDirectoryChange(e *event) bool {
	d := e.useDirectory(directoryOperations[e.EventID])
	if d.Object = e.text(fieldObjectDN); d.Object == "" {
		d.Object = e.text(fieldOldObjectDN)
		d.Value = e.text(fieldNewObjectDN)
	}
	d.ObjectType = e.text(fieldObjectClass)
	if e.EventID == 5136 {
		d.Attribute, d.Value = e.text(fieldAttribute), e.text(fieldAttributeValue)
		d.Added = string(e.raw(fieldOperationType)) == "%%14674" // "Value Added"
	}
	return true
}
