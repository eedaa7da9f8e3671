package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

// Rights in access masks ([MS-DTYP] 2.4.3, [MS-FSCC]).
const (
	rightWriteData  = 0x2 // of files; of folders: add a file
	rightAppendData = 0x4
	rightDelete     = 0x10000
	genericWrite    = 0x40000000
	genericAll      = 0x10000000
	anyWrite        = rightWriteData | rightAppendData | genericWrite | genericAll
)

// readObjectAccess reads audited access to processes and files.
func readObjectAccess(e *event) bool {
	kind := e.raw(fieldObjectType)
	isProcess, isFile := string(kind) == "Process", string(kind) == "File"
	if !isProcess && !isFile {
		return false
	}
	e.subjectProcess()
	mask := e.mask(fieldAccessMask)
	if isProcess {
		e.Class = activity.ProcessAccess
		e.access = activity.Access{Target: e.text(fieldObjectName), Granted: mask}
		e.Access = &e.access
		return true
	}
	f := e.changeFile("open", fieldObjectName)
	switch {
	case mask&rightDelete != 0 && mask&anyWrite == 0:
		f.Operation = "delete"
	case mask&anyWrite != 0:
		f.Operation = "write"
	}
	return true
}

func (e *event) changeFile(operation string, path field) *activity.File {
	e.Class = activity.FileChange
	e.file = activity.File{Operation: operation, Path: e.text(path)}
	e.File = &e.file
	return e.File
}

// readFile reads Sysmon's events of files, images and pipes.
func readFile(e *event) bool {
	e.sysmonProcess()
	switch e.EventID {
	case 2:
		e.changeFile("change-time", fieldTargetFilename)
	case 6, 7:
		e.changeFile("load", fieldImageLoaded)
	case 11, 29:
		e.changeFile("create", fieldTargetFilename)
	case 15:
		e.changeFile("stream", fieldTargetFilename).Hashes = e.text(fieldHash)
		return true
	case 17:
		e.changeFile("pipe-create", fieldPipeName)
	case 18:
		e.changeFile("pipe-connect", fieldPipeName)
	case 23, 26:
		e.changeFile("delete", fieldTargetFilename)
	case 27:
		e.changeFile("block", fieldTargetFilename)
	}
	e.file.Hashes = e.text(fieldHashes)
	return true
}

// readMalware reads what Defender found. Its paths say what they are:
// "file:_C:\Users\…".
func readMalware(e *event) bool {
	f := e.changeFile("malware", fieldPath)
	if _, path, ok := bytes.Cut(e.raw(fieldPath), []byte(":_")); ok {
		f.Path = e.keep(path)
	}
	f.Threat = e.text(fieldThreatName)
	e.Actor.User, e.Actor.Domain = e.user(fieldDetectionUser)
	e.Actor.Image = e.text(fieldProcessName)
	return true
}

func readShare(e *event) bool {
	e.Class = activity.ShareAccess
	e.subject()
	mask := e.mask(fieldAccessMask)
	e.share = activity.Share{
		Name:    e.text(fieldShareName),
		Path:    e.text(fieldRelativeTargetName),
		Address: e.address(fieldIPAddress),
		Mask:    mask,
		Write:   mask&anyWrite != 0,
		Refused: e.refused(),
	}
	if e.EventID >= 5142 && e.EventID <= 5144 { // the share itself was made, changed or removed
		e.share.Path = e.text(fieldShareLocalPath)
	}
	e.Share = &e.share
	return true
}

func readRegistry(e *event) bool {
	e.sysmonProcess()
	operation := "set"
	switch kind := e.raw(fieldEventType); {
	case e.EventID == 14:
		operation = "rename"
	case bytes.HasPrefix(kind, []byte("Delete")):
		operation = "delete"
	case bytes.HasPrefix(kind, []byte("Create")):
		operation = "create"
	}
	e.changeRegistry(operation)
	e.registry.Key = e.text(fieldTargetObject)
	e.registry.Data = e.text(fieldDetails)
	if e.EventID == 14 {
		e.registry.Data = e.text(fieldNewName)
	}
	return true
}

func (e *event) changeRegistry(operation string) {
	e.Class = activity.RegistryChange
	e.registry = activity.Registry{Operation: operation}
	e.Registry = &e.registry
}

// readRegistryAudit reads an audited change of a value. Key and value are
// joined and the hive is written as Sysmon does.
func readRegistryAudit(e *event) bool {
	e.subjectProcess()
	operation := "set"
	switch string(e.raw(fieldOperationType)) {
	case "%%1904":
		operation = "create"
	case "%%1906":
		operation = "delete"
	}
	e.changeRegistry(operation)
	var room [256]byte
	key := appendKey(room[:0], e.raw(fieldObjectName))
	key = append(append(key, '\\'), e.raw(fieldObjectValueName)...)
	e.registry.Key = e.keep(key)
	e.registry.Data = e.text(fieldNewValue)
	return true
}

var hives = []struct{ kernel, short string }{{`\REGISTRY\MACHINE\`, `HKLM\`}, {`\REGISTRY\USER\`, `HKU\`}}

// appendKey appends the path of a key, its hive written as Sysmon does.
func appendKey(dst, key []byte) []byte {
	for _, h := range hives {
		if n := len(h.kernel); len(key) >= n && bytes.EqualFold(key[:n], []byte(h.kernel)) {
			dst, key = append(dst, h.short...), key[n:]
			break
		}
	}
	return append(dst, key...)
}
