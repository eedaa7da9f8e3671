package verdict

// Asset is a device that the evidence describes, whatever sources tell of it.
type Asset struct {
	Name      string
	Addresses []string
	System    string // operating system or firmware, as its surest source has it; "" unknown
	Roles     []string
	Owners    []string
	Open      []string // ports found open, with what answers: "tcp/443 https"
	Internet  string   // whether the Internet reaches it: "yes", "no", "unknown"
	Software  int      // entries of installed software
	Sources   int      // files that tell of it
}

// Feed is a collection of facts that the scan judged by.
type Feed struct {
	Name  string // "KEV"
	Date  string // of its newest entry or release: "2026-08-07"
	Age   int    // in days, when the scan was made
	Stale bool   // so old that what came out since may change the answer
	Count int
	From  string // where it came from, for people
}
