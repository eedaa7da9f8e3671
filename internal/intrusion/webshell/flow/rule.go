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
	IncludePart
	LinksAway
	Relays
	MailsAnyone
	StyleSheet
	ReadsRegistry
	MakesPage
	HoldsShell
	ClassFromRequest
	FilesUnset
	DatabaseAccount
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
	CommandPartFromRequest: {"runs a command with text from the request in it", 70, 50},
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
	ConnectFromRequest:     {"connects to a host that the request names", 70, 50},
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
	DatabaseFromRequest:    {"connects to a database that the request names", 45, 25},
	IncludesData:           {"runs a file that by its name is no page", 60, 0},
	MakesAccount:           {"makes an account whose name and password come from the request", 55, 0},
	Sniffs:                 {"reads the network traffic of its host", 50, 0},
	OwnLoader:              {"has a class loader of its own, to run code that it is given", 70, 0},
	ServerSecrets:          {"reads the accounts in the web server's configuration", 50, 0},
	PipeOpen:               {"starts a command that it puts together through a pipe", 25, 0},
	IncludePart:            {"includes a file of which the request names the beginning", 30, 0},
	LinksAway:              {"links to the files of other users of the server", 60, 0},
	Relays:                 {"accepts connections and makes others: a relay", 45, 0},
	MailsAnyone:            {"sends mail of which the request gives recipient and text", 25, 0},
	StyleSheet:             {"holds a stylesheet with a program in it that runs commands or code", 80, 0},
	ReadsRegistry:          {"reads the registry", 25, 0},
	MakesPage:              {"writes another page", 30, 0},
	ClassFromRequest:       {"makes an object of a class that the request names", 45, 0},
	FilesUnset:             {"changes or lists files that a variable names which nothing sets, as old PHP let the request do", 15, 0},
	DatabaseAccount:        {"holds the account of a database", 12, 0},
	HoldsShell:             {"holds the text of a page that runs what its request brings", 40, 0},
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
