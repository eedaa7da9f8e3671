package flow

import "seawall/internal/intrusion/webshell/syntax"

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
	WritesPage
	WritesNamed
	StoresRemote
	CommandOpen
	ReverseShell
	DatabaseFromRequest
	IncludesData
	MakesAccount
	Sniffs
	OwnLoader
	ServerSecrets
	PipeOpen
	numRules
)

// ruleTable holds each rule's words and weight. A weight of 100 is enough for a
// verdict by itself.
var ruleTable = [numRules]struct {
	text   string
	weight int
	php    int // weight in PHP if it differs: few honest pages of PHP do it
}{
	CodeFromRequest:        {"runs code that comes from the request", 100, 0},
	CommandFromRequest:     {"runs a command that comes from the request", 100, 0},
	CommandPartFromRequest: {"runs a command with text from the request in it", 70, 0},
	FunctionFromRequest:    {"calls a function whose name comes from the request", 100, 0},
	CallbackFromRequest:    {"hands a callback from the request to a function that calls it", 80, 0},
	IncludeFromRequest:     {"includes a file that the request names", 60, 0},
	IncludeStream:          {"includes the body of the request or an inline stream", 100, 0},
	CodeUnpacked:           {"runs code that was hidden by decoders", 100, 0},
	CodeUnpackedUnknown:    {"runs what a decoder returns", 50, 0},
	CodeFromSelf:           {"runs code that it reads from its own file", 80, 0},
	CodeRemote:             {"runs code that it fetches from another host", 90, 0},
	HiddenFunction:         {"calls a dangerous function whose name it puts together", 100, 0},
	HiddenRequest:          {"reads the request by a name that it puts together", 80, 0},
	LoadFromRequest:        {"loads a program from the request into memory", 100, 0},
	WriteFromRequest:       {"writes a file whose name and content come from the request", 45, 50},
	UploadAnywhere:         {"stores an uploaded file under a name of the request", 25, 40},
	WritesShell:            {"writes another page that runs code", 100, 0},
	ConnectFromRequest:     {"connects to a host that the request names", 70, 0},
	FilesFromRequest:       {"changes or lists files that the request names", 20, 25},
	ShellObject:            {"creates the system's shell object", 40, 0},
	MemoryShell:            {"adds itself to the running server", 60, 0},
	CommandUnset:           {"runs a command from a variable that nothing sets, as old PHP let the request do", 70, 0},
	CodeUnset:              {"runs code from a variable that nothing sets, as old PHP let the request do", 70, 0},
	WritesPage:             {"writes a page whose content comes from the request", 80, 0},
	WritesNamed:            {"stores what the request brings under a name of the request", 70, 0},
	StoresRemote:           {"fetches a page from another host and stores it", 70, 0},
	CommandOpen:            {"starts the system's command interpreter with text that it is given", 60, 0},
	ReverseShell:           {"starts the system's command interpreter and connects to another host", 80, 0},
	DatabaseFromRequest:    {"connects to a database that the request names", 40, 25},
	IncludesData:           {"runs a file that by its name is no page", 60, 0},
	MakesAccount:           {"makes an account whose name and password come from the request", 55, 0},
	Sniffs:                 {"reads the network traffic of its host", 50, 0},
	OwnLoader:              {"has a class loader of its own, to run code that it is given", 70, 0},
	ServerSecrets:          {"reads the accounts in the web server's configuration", 50, 0},
	PipeOpen:               {"starts a command that it puts together through a pipe", 25, 0},
	QueryFromRequest:       {"runs a query that comes from the request", 25, 50},
}

// Text says in words what the page does.
func (r Rule) Text() string { return ruleTable[r].text }

// Weight returns how much the rule adds to the score of a page in lang.
func (r Rule) Weight(lang syntax.Language) int {
	if w := ruleTable[r].php; w != 0 && lang == syntax.PHP {
		return w
	}
	return ruleTable[r].weight
}

// Finding is a place where a page does what a rule says.
type Finding struct {
	Rule     Rule
	Pos, End int32
	Name     string // the function, where it has one
}
