package winevent

// field is a field of events that activities are made of.
type field uint8

// systemPath is where the header of an event is found; all else is its body.
const systemPath = "Event/System/"

// Fields of the header come first.
const (
	fieldChannel field = iota
	fieldEventID
	fieldComputer
	fieldProvider
	fieldKeywords
	headerFields

	fieldAccessMask = iota - 1
	fieldAccountDomain
	fieldAccountName
	fieldActionName
	fieldAddress
	fieldApplication
	fieldAttribute
	fieldAttributeValue
	fieldAuditPolicyChanges
	fieldAuthenticationPackage
	fieldCallTrace
	fieldCallerProcessID
	fieldCallerProcessName
	fieldClearedChannel
	fieldClientAddress
	fieldClientDomainName
	fieldClientIP
	fieldClientName
	fieldClientProcessID
	fieldClientUserName
	fieldCommandLine
	fieldConnection
	fieldConsumer
	fieldContextInfo
	fieldCurrentDirectory
	fieldDestAddress
	fieldDestPort
	fieldDestination
	fieldDestinationHostname
	fieldDestinationIP
	fieldDestinationPort
	fieldDetails
	fieldDetectionUser
	fieldDirection
	fieldDomainName
	fieldElevatedToken
	fieldESS
	fieldEventType
	fieldGrantedAccess
	fieldHash
	fieldHashes
	fieldIPString
	fieldImage
	fieldImageLoaded
	fieldImagePath
	fieldInitiated
	fieldIntegrityLevel
	fieldIPAddress
	fieldIPPort
	fieldLogonID
	fieldLogonProcessName
	fieldLogonType
	fieldMandatoryLabel
	fieldMemberName
	fieldMemberSid
	fieldName
	fieldNewName
	fieldNewObjectDN
	fieldNewProcessID
	fieldNewProcessName
	fieldNewTargetUserName
	fieldNewTime
	fieldNewUACValue
	fieldNewValue
	fieldObjectClass
	fieldObjectDN
	fieldObjectName
	fieldObjectType
	fieldObjectValueName
	fieldOldObjectDN
	fieldOldTargetUserName
	fieldOldUACValue
	fieldOperation
	fieldOperationType
	fieldOriginalFileName
	fieldPackageName
	fieldParam1
	fieldParam2
	fieldParam3
	fieldParam4
	fieldParentCommandLine
	fieldParentImage
	fieldParentProcessGUID
	fieldParentProcessID
	fieldParentProcessName
	fieldPath
	fieldPayload
	fieldPipeName
	fieldPossibleCause
	fieldPreAuthType
	fieldPreviousTime
	fieldProcessGUID
	fieldProcessID
	fieldProcessName
	fieldProperties
	fieldProtocol
	fieldQueryName
	fieldRelativeTargetName
	fieldRequester
	fieldScriptBlockID
	fieldScriptBlockText
	fieldServiceAccount
	fieldServiceFileName
	fieldServiceName
	fieldServicePrincipalNames
	fieldServiceSid
	fieldServiceStartType
	fieldServiceType
	fieldShareLocalPath
	fieldShareName
	fieldSourceAddress
	fieldSourceImage
	fieldSourceIP
	fieldSourcePort
	fieldSourceProcessGUID
	fieldSourceProcessID
	fieldSourceUser
	fieldStartModule
	fieldStartType
	fieldState
	fieldStatus
	fieldSubStatus
	fieldSubjectDomainName
	fieldSubjectLogonID
	fieldSubjectUserName
	fieldSubjectUserSid
	fieldTargetDomainName
	fieldTargetFilename
	fieldTargetImage
	fieldTargetLogonID
	fieldTargetName
	fieldTargetObject
	fieldTargetServerName
	fieldTargetSid
	fieldTargetUserName
	fieldTargetUserSid
	fieldTaskContent
	fieldTaskContentNew
	fieldTaskName
	fieldThreatName
	fieldTicketEncryptionType
	fieldTicketOptions
	fieldType
	fieldURL
	fieldUser
	fieldUserAccountControl
	fieldUserContext
	fieldUserName
	fieldValue
	fieldWorkstation
	fieldWorkstationName
	fieldCount
)

// fieldNames are the names in the events. Lookup of names is indifferent to
// case where an event has no field of exactly this name.
var fieldNames = [fieldCount]string{
	fieldChannel:  "Channel",
	fieldEventID:  "EventID",
	fieldComputer: "Computer",
	fieldProvider: "Provider_Name",
	fieldKeywords: "Keywords",

	fieldAccessMask:            "AccessMask",
	fieldAccountDomain:         "AccountDomain",
	fieldAccountName:           "AccountName",
	fieldActionName:            "ActionName",
	fieldAddress:               "Address",
	fieldApplication:           "Application",
	fieldAttribute:             "AttributeLDAPDisplayName",
	fieldAttributeValue:        "AttributeValue",
	fieldAuditPolicyChanges:    "AuditPolicyChanges",
	fieldAuthenticationPackage: "AuthenticationPackageName",
	fieldCallTrace:             "CallTrace",
	fieldCallerProcessID:       "CallerProcessId",
	fieldCallerProcessName:     "CallerProcessName",
	fieldClearedChannel:        "Channel",
	fieldClientAddress:         "ClientAddress",
	fieldClientDomainName:      "ClientDomainName",
	fieldClientIP:              "ClientIP",
	fieldClientName:            "ClientName",
	fieldClientProcessID:       "ClientProcessId",
	fieldClientUserName:        "ClientUserName",
	fieldCommandLine:           "CommandLine",
	fieldConnection:            "connection",
	fieldConsumer:              "Consumer",
	fieldContextInfo:           "ContextInfo",
	fieldCurrentDirectory:      "CurrentDirectory",
	fieldDestAddress:           "DestAddress",
	fieldDestPort:              "DestPort",
	fieldDestination:           "Destination",
	fieldDestinationHostname:   "DestinationHostname",
	fieldDestinationIP:         "DestinationIp",
	fieldDestinationPort:       "DestinationPort",
	fieldDetails:               "Details",
	fieldDetectionUser:         "DetectionUser",
	fieldDirection:             "Direction",
	fieldDomainName:            "DomainName",
	fieldElevatedToken:         "ElevatedToken",
	fieldESS:                   "ESS",
	fieldEventType:             "EventType",
	fieldGrantedAccess:         "GrantedAccess",
	fieldHash:                  "Hash",
	fieldHashes:                "Hashes",
	fieldIPString:              "IPString",
	fieldImage:                 "Image",
	fieldImageLoaded:           "ImageLoaded",
	fieldImagePath:             "ImagePath",
	fieldInitiated:             "Initiated",
	fieldIntegrityLevel:        "IntegrityLevel",
	fieldIPAddress:             "IpAddress",
	fieldIPPort:                "IpPort",
	fieldLogonID:               "LogonId",
	fieldLogonProcessName:      "LogonProcessName",
	fieldLogonType:             "LogonType",
	fieldMandatoryLabel:        "MandatoryLabel",
	fieldMemberName:            "MemberName",
	fieldMemberSid:             "MemberSid",
	fieldName:                  "Name",
	fieldNewName:               "NewName",
	fieldNewObjectDN:           "NewObjectDN",
	fieldNewProcessID:          "NewProcessId",
	fieldNewProcessName:        "NewProcessName",
	fieldNewTargetUserName:     "NewTargetUserName",
	fieldNewTime:               "NewTime",
	fieldNewUACValue:           "NewUacValue",
	fieldNewValue:              "NewValue",
	fieldObjectClass:           "ObjectClass",
	fieldObjectDN:              "ObjectDN",
	fieldObjectName:            "ObjectName",
	fieldObjectType:            "ObjectType",
	fieldObjectValueName:       "ObjectValueName",
	fieldOldObjectDN:           "OldObjectDN",
	fieldOldTargetUserName:     "OldTargetUserName",
	fieldOldUACValue:           "OldUacValue",
	fieldOperation:             "Operation",
	fieldOperationType:         "OperationType",
	fieldOriginalFileName:      "OriginalFileName",
	fieldPackageName:           "PackageName",
	fieldParam1:                "Param1",
	fieldParam2:                "Param2",
	fieldParam3:                "Param3",
	fieldParam4:                "Param4",
	fieldParentCommandLine:     "ParentCommandLine",
	fieldParentImage:           "ParentImage",
	fieldParentProcessGUID:     "ParentProcessGuid",
	fieldParentProcessID:       "ParentProcessId",
	fieldParentProcessName:     "ParentProcessName",
	fieldPath:                  "Path",
	fieldPayload:               "Payload",
	fieldPipeName:              "PipeName",
	fieldPossibleCause:         "PossibleCause",
	fieldPreAuthType:           "PreAuthType",
	fieldPreviousTime:          "PreviousTime",
	fieldProcessGUID:           "ProcessGuid",
	fieldProcessID:             "ProcessId",
	fieldProcessName:           "ProcessName",
	fieldProperties:            "Properties",
	fieldProtocol:              "Protocol",
	fieldQueryName:             "QueryName",
	fieldRelativeTargetName:    "RelativeTargetName",
	fieldRequester:             "Requester",
	fieldScriptBlockID:         "ScriptBlockId",
	fieldScriptBlockText:       "ScriptBlockText",
	fieldServiceAccount:        "ServiceAccount",
	fieldServiceFileName:       "ServiceFileName",
	fieldServiceName:           "ServiceName",
	fieldServicePrincipalNames: "ServicePrincipalNames",
	fieldServiceSid:            "ServiceSid",
	fieldServiceStartType:      "ServiceStartType",
	fieldServiceType:           "ServiceType",
	fieldShareLocalPath:        "ShareLocalPath",
	fieldShareName:             "ShareName",
	fieldSourceAddress:         "SourceAddress",
	fieldSourceImage:           "SourceImage",
	fieldSourceIP:              "SourceIp",
	fieldSourcePort:            "SourcePort",
	fieldSourceProcessGUID:     "SourceProcessGUID",
	fieldSourceProcessID:       "SourceProcessId",
	fieldSourceUser:            "SourceUser",
	fieldStartModule:           "StartModule",
	fieldStartType:             "StartType",
	fieldState:                 "State",
	fieldStatus:                "Status",
	fieldSubStatus:             "SubStatus",
	fieldSubjectDomainName:     "SubjectDomainName",
	fieldSubjectLogonID:        "SubjectLogonId",
	fieldSubjectUserName:       "SubjectUserName",
	fieldSubjectUserSid:        "SubjectUserSid",
	fieldTargetDomainName:      "TargetDomainName",
	fieldTargetFilename:        "TargetFilename",
	fieldTargetImage:           "TargetImage",
	fieldTargetLogonID:         "TargetLogonId",
	fieldTargetName:            "TargetName",
	fieldTargetObject:          "TargetObject",
	fieldTargetServerName:      "TargetServerName",
	fieldTargetSid:             "TargetSid",
	fieldTargetUserName:        "TargetUserName",
	fieldTargetUserSid:         "TargetUserSid",
	fieldTaskContent:           "TaskContent",
	fieldTaskContentNew:        "TaskContentNew",
	fieldTaskName:              "TaskName",
	fieldThreatName:            "ThreatName",
	fieldTicketEncryptionType:  "TicketEncryptionType",
	fieldTicketOptions:         "TicketOptions",
	fieldType:                  "Type",
	fieldURL:                   "url",
	fieldUser:                  "User",
	fieldUserAccountControl:    "UserAccountControl",
	fieldUserContext:           "UserContext",
	fieldUserName:              "UserName",
	fieldValue:                 "Value",
	fieldWorkstation:           "Workstation",
	fieldWorkstationName:       "WorkstationName",
}
