// Package activity holds what happened, in OCSF's vocabulary, whatever log
// told of it.
package activity

import "seawall/record"

// Class is the kind of an activity; it says which detail of an [Activity] is
// set. Names follow the event classes of OCSF 1.x.
type Class uint8

// The classes.
const (
	Other          Class = iota
	Authenticated        // OCSF 3002 Authentication: Activity.Authentication
	AccountChange        // OCSF 3001 Account Change, 3006 Group Management: Activity.Account
	ProcessStart         // OCSF 1007 Process Activity, Launch: Activity.Process
	ProcessAccess        // OCSF 1007 Process Activity, Open: Activity.Access
	FileChange           // OCSF 1001 File System Activity: Activity.File
	Connection           // OCSF 4001 Network Activity: Activity.Network
	ShareAccess          // OCSF 4006 SMB Activity: Activity.Share
	ServiceChange        // OCSF 201004 Windows Service Activity: Activity.Service
	TaskChange           // OCSF 1006 Scheduled Job Activity: Activity.Task
	RegistryChange       // OCSF 201002 Registry Value Activity: Activity.Registry
	DirectoryUse         // OCSF 3005 Entity Management of directory objects: Activity.Directory
	ScriptRun            // OCSF 1009 Script Activity: Activity.Script
	Cmdlet               // an administrative command of a server product: Activity.Cmdlet
	LogChange            // OCSF 1008 Event Log Activity: Activity.Log
	Request              // OCSF 4002 HTTP Activity: Activity.HTTP
	Unparsed             // a line of a log that does not follow its format: Activity.Record.Raw
	FileContent          // a file that is itself what matters: Activity.Content
	FileListed           // a file that a listing of a disk names: Activity.Listed
	FlowSeen             // OCSF 4001 Network Activity as a sensor or firewall saw it: Activity.Flow
	NameLookup           // OCSF 4003 DNS Activity: Activity.DNS
	Handshake            // a TLS handshake: Activity.TLS
	ProtocolUse          // an action inside a decoded protocol: Activity.Protocol

	// NumClasses is one more than the last class.
	NumClasses
)

// Activity is one thing that happened. Extractors and decoders reuse one
// Activity; detectors copy what they keep. Its strings are safe to keep; its
// Record, the details and their byte slices are not.
type Activity struct {
	Class   Class
	Time    int64  // nanoseconds since 1970 UTC; 0 unknown
	Host    string // the computer that logged it, lower case, as logged
	Channel string // of Windows events, lower case: "security"
	EventID int    // of Windows events
	Actor   Actor  // who did it, as far as the record says
	Record  *record.Record
	Origin  record.Origin
	// Recovered is set if the record is not part of the live log. Detectors
	// keep such activities apart or leave them out.
	Recovered record.Recovery

	// The detail of Class is set, the others are nil.
	Authentication *Authentication
	Account        *Account
	Process        *Process
	Access         *Access
	File           *File
	Network        *Network
	Share          *Share
	Service        *Service
	Task           *Task
	Registry       *Registry
	Directory      *Directory
	Script         *Script
	Command        *Command
	Log            *Log
	HTTP           *HTTP
	Content        *Content
	Listed         *Listed
	Flow           *Flow
	DNS            *DNS
	TLS            *TLS
	Protocol       *Protocol
}

// Actor is the account, session and process on whose behalf something
// happened.
type Actor struct {
	User, Domain string // as logged, "" if unknown or "-"
	SID          string
	Logon        uint64 // logon id, unique per host and boot; 0 unknown
	Image        string // path of the acting process
	ProcessID    uint64
	ProcessGUID  string // Sysmon's; "" without Sysmon
}

// AuthenticationKind is what part of an authentication a record tells of.
type AuthenticationKind uint8

// The kinds of authentication.
const (
	Logon               AuthenticationKind = iota // a session was opened or refused: 4624, 4625
	Logoff                                        // 4634, 4647
	TicketGranting                                // Kerberos AS exchange: 4768, failed pre-authentication 4771
	ServiceTicket                                 // Kerberos TGS exchange: 4769
	TicketRenewal                                 // 4770
	NTLMValidation                                // 4776
	ExplicitCredentials                           // 4648
	Privileged                                    // special privileges given to a session: 4672
	RemoteDesktop                                 // terminal services logs: 1149, 21, 25, 4778, 4779, 131, 1024
	SSH                                           // OpenSSH server log
	Database                                      // SQL Server logins: 18453, 18454, 18456
	RemoteShell                                   // WinRM session opened to Target: WinRM 6
	RemoteAccess                                  // VPN or other remote access gateway
	WebLogin                                      // a web application or the password prompt of a web server
	Console                                       // the administration of a network device or appliance
	Local                                         // a session on a Unix host's own console, su or sudo
)

// Authentication is a logon, a ticket, or a refusal of either.
type Authentication struct {
	Kind         AuthenticationKind
	Success      bool
	Status       uint32 // NTSTATUS of logons, Kerberos error code of tickets; 0 success
	SubStatus    uint32
	Type         int // logon type: 2 interactive, 3 network, 10 remote interactive, …; 0 unknown
	User, Domain string
	SID          string
	Logon        uint64 // of the session opened
	Address      string // where it came from, without "::ffff:"; "" local or unknown
	Port         int
	Workstation  string // name the client gave itself; "" unknown or "-"
	Package      string // authentication package: NTLM, Kerberos, Negotiate
	Process      string // logon process, trimmed: NtLmSsp, Advapi, User32, …
	Elevated     bool

	// Of Kerberos tickets:
	Service     string // ServiceName: "krbtgt", "WEB01$", "svc_sql"
	ServiceSID  string
	Options     uint32 // ticket options
	Encryption  uint32 // ticket encryption type; 0xffffffff if refused
	PreAuthType int    // -1 unknown
	// Target is the server that explicit credentials were used for (4648).
	Target string
}

// Account is a change to an account, a group or a computer object.
type Account struct {
	Operation string // "create", "enable", "delete", "password-reset", "password-change", "change", "disable", "lockout", "unlock", "rename", "group-add", "group-remove", "group-create", "group-delete", "group-change", "enumerate"
	Name      string // of the account or group changed
	Domain    string
	SID       string
	Member    string   // of group-add and group-remove: name or SID; of rename: the new name; of lockout: the computer the attempts came from
	OldUAC    uint32   // user account control before, if logged
	NewUAC    uint32   // and after
	Changes   []string // user account control changes as logged: "%%2096"
	SPNs      string   // ServicePrincipalNames, if the record has them and they changed
	Computer  bool     // a computer account
}

// Process is a program that started.
type Process struct {
	Image, CommandLine             string // CommandLine "" if not audited
	OriginalName                   string // of the version resource; "" unknown
	ID                             uint64
	GUID                           string // Sysmon's
	ParentImage, ParentCommandLine string
	ParentID                       uint64
	ParentGUID                     string
	Directory                      string // current directory; "" unknown
	Integrity                      string // Low, Medium, High, System; "" unknown
	Hashes                         string // as logged: "SHA1=…,MD5=…"
	Unattended                     bool   // outside of any person's session, as services start programs
}

// Access is one process opening another.
type Access struct {
	Target  string // image of the process opened
	Granted uint32 // access mask
	Trace   string // call trace; "" unknown
	Thread  bool   // a thread was started in the target (Sysmon 8)
}

// File is a file made, changed or deleted.
type File struct {
	// Operation is "create", "write", "delete", "stream", "change-time",
	// "open", "load" (of an image or driver), "pipe-create", "pipe-connect",
	// "block", or "malware" (found by an antivirus program).
	Operation string
	Path      string
	Hashes    string
	Threat    string // the antivirus program's name for it
}

// Network is a connection seen by a host.
type Network struct {
	Outbound        bool
	Protocol        string // tcp, udp
	Source          string // address
	SourcePort      int
	Destination     string // address
	DestinationPort int
	DestinationName string
	Query           string // of DNS lookups
	Blocked         bool
}

// Share is the use of an SMB share.
type Share struct {
	Name    string // \\*\ADMIN$
	Path    string // RelativeTargetName; "" if only the share was opened
	Address string // of the client
	Mask    uint32 // access asked for
	Write   bool   // the mask writes, appends or creates
	Refused bool
}

// Service is a Windows service installed or changed.
type Service struct {
	Operation string // "install", "start", "stop", "change", "crash"
	Name      string
	Path      string // image path with arguments
	Account   string
	StartType string
	Type      string
}

// Task is a scheduled task made, changed, run or removed.
type Task struct {
	Operation string // "create", "update", "delete", "enable", "disable", "run"
	Name      string // with its folder: \Microsoft\Windows\…
	Command   string // of its first action, with arguments; "" unknown
	Principal string
	Hidden    bool
	Content   string // the task's XML, if logged
}

// Registry is a registry key or value changed.
type Registry struct {
	Operation string // "create", "set", "delete", "rename"
	Key       string // key\value, hives as Sysmon writes them: HKLM\…
	Data      string
}

// Directory is the use of, or a change to, an Active Directory object.
type Directory struct {
	Operation  string   // "access" (4662), "change" (5136), "create" (5137), "move", "delete", "undelete"
	Object     string   // distinguished name or GUID
	ObjectType string   // class name or schema GUID
	Mask       uint32   // of accesses
	Properties []string // lower-case GUIDs of the rights or properties used, without braces
	Attribute  string   // of changes: LDAP display name
	Value      string
	Added      bool // the value was added, not removed
}

// Script is source text that an interpreter ran.
type Script struct {
	Text string
	ID   string // of the script block
	Path string
}

// Command is an administrative command of a server product, such as an
// Exchange cmdlet.
type Command struct {
	Name       string
	Parameters string
	Caller     string
	Failed     bool
}

// Log is something that happened to a log itself.
type Log struct {
	// Operation is "clear", "stop", "audit-off", "audit-change", "full",
	// "dropped", "clock" (the system time was changed), or, concluded from a file's structure, "gap" (record ids
	// missing), "backwards" (time running back), "checksum", "hidden"
	// (a record inside another), "service-off".
	Operation string
	Name      string // of the log concerned
	Detail    string // for people
	Count     int64  // records concerned; 0 unknown
	// Explained is an ordinary reason that the file itself shows for what is
	// concluded from its structure, for people; "" if it shows none.
	Explained string
}
