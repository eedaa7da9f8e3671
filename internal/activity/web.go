package activity

import "net/netip"

// Layer is where along its way a request was logged.
type Layer uint8

// The layers, in the order a request passes them.
const (
	LayerUnknown      Layer = iota
	LayerEdge               // content delivery network or cloud edge
	LayerFirewall           // web application firewall
	LayerLoadBalancer       // load balancer or reverse proxy
	LayerOrigin             // the server that made the answer
	LayerForwardProxy       // a proxy of the network's own users: the servers are others'
	LayerSensor             // seen on the wire
)

// HTTP is one request and its answer (OCSF 4002 HTTP Activity). Its byte
// slices are borrowed from the record: copy what is kept. They are as logged,
// without the log format's own escapes but with those of the request; nil is
// not logged.
type HTTP struct {
	Layer     Layer
	Client    []byte // who asked: the peer that connected, or whom a proxy of the site asked for; an address, seldom a name
	Forwarded []byte // X-Forwarded-For or its like, as logged
	Host      []byte // Host header, virtual host or server name
	Backend   []byte // server that a load balancer or proxy passed the request to
	Method    []byte
	Target    []byte // path and query together, as in the request line
	Path      []byte // of Target, before '?'
	Query     []byte // of Target, after '?'
	Version   []byte // HTTP/1.1
	UserAgent []byte
	Referer   []byte
	User      []byte // authenticated user
	Session   []byte // session cookie or token that the log shows
	Headers   []byte // request headers as "Name: value" lines, of audit logs and captures
	Body      []byte // request body or its beginning, of audit logs and captures
	Type      []byte // content type of the answer

	Status         int   // of the answer to the client; 0 unknown or no answer
	UpstreamStatus int   // of the server behind; 0 unknown or never asked
	Bytes          int64 // of the answer; -1 unknown
	RequestBytes   int64 // of the request; -1 unknown
	Duration       int64 // nanoseconds; -1 unknown
	Blocked        bool  // a firewall or proxy refused it
	LogonFailed    bool  // what the client logged on with was refused; logs that do not say so leave it out

	// Of LayerSensor: the peer that answered, and the sensor's id of the
	// connection.
	Server     netip.Addr
	ServerPort uint16
	UID        []byte
}

// Content is a file of evidence that is itself what matters, such as a page
// of a web server: no log. Data is the file's content, borrowed.
type Content struct {
	Path string // through archives; also the record's origin
	Kind string // what it looks like: "page", "class", "assembly", "mailbox", "config"
	Data []byte

	Offset   int64 // of Data in the file: not 0 for the end of a long one
	Size     int64 // of the file; more than Data holds if it is too long
	Modified int64 // when it was last changed, nanoseconds since 1970 UTC; 0 unknown
}

// Whole reports whether Data is all of the file.
func (c *Content) Whole() bool { return c.Offset == 0 && int64(len(c.Data)) == c.Size }

// Listed is a file that a listing of a disk names: a body file, an export of a
// file table. Times are in nanoseconds since 1970 UTC; 0 is unknown. Byte slices
// are borrowed.
type Listed struct {
	Path []byte
	Hash []byte // MD5, SHA-1 or SHA-256 in hexadecimal digits; nil if not listed
	Size int64  // -1 unknown

	Modified int64 // content last changed
	Changed  int64 // entry of the file table last changed
	Born     int64
	// NameBorn is when the file's name was made, as NTFS keeps it apart; tools
	// that set back the times of a file seldom reach it.
	NameBorn int64
	Deleted  bool
}
