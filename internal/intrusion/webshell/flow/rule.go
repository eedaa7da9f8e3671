package flow

// Rule is one thing a page can do that tells of a web shell.
type Rule uint8

// The rules.
const (
	CodeFromRequest Rule = iota
	CommandFromRequest
	CommandPartFromRequest
	FunctionFromRequest
	CallbackFromRequest
	IncludeFromRequest
	IncludeStream
	CodeUnpacked
	CodeUnpackedUnknown
	CodeFromSelf
	CodeRemote
	HiddenFunction
	HiddenRequest
	LoadFromRequest
	WriteFromRequest
	UploadAnywhere
	WritesShell
	ConnectFromRequest
	FilesFromRequest
	ShellObject
	MemoryShell
	QueryFromRequest
	CommandUnset
	CodeUnset
	numRules
)

// ruleTable holds each rule's words and weight. A weight of 100 is enough for a
// verdict by itself.
var ruleTable = [numRules]struct {
	text   string
	weight int
}{
	CodeFromRequest:        {"runs code that comes from the request", 100},
	CommandFromRequest:     {"runs a command that comes from the request", 100},
	CommandPartFromRequest: {"runs a command with text from the request in it", 70},
	FunctionFromRequest:    {"calls a function whose name comes from the request", 100},
	CallbackFromRequest:    {"hands a callback from the request to a function that calls it", 80},
	IncludeFromRequest:     {"includes a file that the request names", 60},
	IncludeStream:          {"includes the body of the request or an inline stream", 100},
	CodeUnpacked:           {"runs code that was hidden by decoders", 100},
	CodeUnpackedUnknown:    {"runs what a decoder returns", 50},
	CodeFromSelf:           {"runs code that it reads from its own file", 80},
	CodeRemote:             {"runs code that it fetches from another host", 90},
	HiddenFunction:         {"calls a dangerous function whose name it puts together", 100},
	HiddenRequest:          {"reads the request by a name that it puts together", 80},
	LoadFromRequest:        {"loads a program from the request into memory", 100},
	WriteFromRequest:       {"writes a file whose name and content come from the request", 45},
	UploadAnywhere:         {"stores an uploaded file under a name of the request", 25},
	WritesShell:            {"writes another page that runs code", 100},
	ConnectFromRequest:     {"connects to a host that the request names", 70},
	FilesFromRequest:       {"changes or lists files that the request names", 10},
	ShellObject:            {"creates the system's shell object", 30},
	MemoryShell:            {"adds itself to the running server", 60},
	CommandUnset:           {"runs a command from a variable that nothing sets, as old PHP let the request do", 70},
	CodeUnset:              {"runs code from a variable that nothing sets, as old PHP let the request do", 70},
	QueryFromRequest:       {"runs a query that comes from the request", 30},
}

// Text says in words what the page does.
func (r Rule) Text() string { return ruleTable[r].text }

// Weight returns how much the rule adds to the score.
func (r Rule) Weight() int { return ruleTable[r].weight }

// Finding is a place where a page does what a rule says.
type Finding struct {
	Rule     Rule
	Pos, End int32
	Name     string // the function, where it has one
}
