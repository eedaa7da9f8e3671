package jsonl

// The parts of OCSF's Detection Finding class (schema.ocsf.io, class 2004)
// that are written, under their names there. Times are milliseconds since
// 1970 UTC; exact times stand in extension.
type event struct {
	ActivityID   int          `json:"activity_id"`
	ActivityName string       `json:"activity_name"`
	CategoryUID  int          `json:"category_uid"`
	CategoryName string       `json:"category_name"`
	ClassUID     int          `json:"class_uid"`
	ClassName    string       `json:"class_name"`
	TypeUID      int          `json:"type_uid"`
	Time         int64        `json:"time"`
	StartTime    int64        `json:"start_time,omitempty"`
	EndTime      int64        `json:"end_time,omitempty"`
	SeverityID   int          `json:"severity_id"`
	Severity     string       `json:"severity"`
	ConfidenceID int          `json:"confidence_id"`
	Confidence   string       `json:"confidence"`
	StatusID     int          `json:"status_id"`
	Status       string       `json:"status"`
	StatusDetail string       `json:"status_detail,omitempty"` // why it is suppressed
	Count        int          `json:"count,omitempty"`
	Message      string       `json:"message"`
	Metadata     metadata     `json:"metadata"`
	FindingInfo  findingInfo  `json:"finding_info"`
	Device       *device      `json:"device,omitempty"` // if one host is concerned
	Resources    []resource   `json:"resources,omitempty"`
	Observables  []observable `json:"observables,omitempty"` // the finding's entities
	Evidences    []evidence   `json:"evidences,omitempty"`
	Remediation  *remediation `json:"remediation,omitempty"`
	Unmapped     unmapped     `json:"unmapped"`
}

type metadata struct {
	Version string  `json:"version"` // of OCSF
	Product product `json:"product"`
	UID     string  `json:"uid"`
}

type product struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version,omitempty"`
}

type findingInfo struct {
	UID              string     `json:"uid"`
	Title            string     `json:"title"`
	Desc             string     `json:"desc,omitempty"`
	Types            []string   `json:"types,omitempty"`
	FirstSeen        int64      `json:"first_seen_time,omitempty"`
	LastSeen         int64      `json:"last_seen_time,omitempty"`
	Analytic         analytic   `json:"analytic"`
	RelatedAnalytics []analytic `json:"related_analytics,omitempty"` // Sigma rules that took part
	Attacks          []attack   `json:"attacks,omitempty"`
	RelatedCount     int        `json:"related_events_count,omitempty"`
}

type analytic struct {
	Name   string `json:"name,omitempty"`
	UID    string `json:"uid"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
}

type attack struct {
	Technique    *named `json:"technique,omitempty"`
	SubTechnique *named `json:"sub_technique,omitempty"`
}

type named struct {
	UID  string `json:"uid"`
	Name string `json:"name,omitempty"`
}

type device struct {
	Hostname string `json:"hostname"`
	TypeID   int    `json:"type_id"`
	Type     string `json:"type"`
}

type resource struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type observable struct {
	Name   string `json:"name"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

type evidence struct {
	Name string   `json:"name"`
	File file     `json:"file"`
	Data citation `json:"data"`
}

type file struct {
	Name   string `json:"name"`
	Path   string `json:"path"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
}

// citation is our own: where the bytes are that prove the finding.
type citation struct {
	Path    string `json:"path"`
	Offset  int64  `json:"offset"`
	Length  int    `json:"length"`
	Record  uint64 `json:"record,omitempty"`
	Time    string `json:"time,omitempty"`
	SHA256  string `json:"sha256,omitempty"`
	Excerpt string `json:"excerpt,omitempty"`
}

type remediation struct {
	Desc string `json:"desc"`
}

type unmapped struct {
	Seawall extension `json:"seawall"`
}

// extension is what OCSF has no place for.
type extension struct {
	Question    string   `json:"question,omitempty"`
	First       string   `json:"first,omitempty"`
	Last        string   `json:"last,omitempty"`
	Mitigations []string `json:"mitigations,omitempty"` // of advisory AA24-190A, by key
	Rules       []rule   `json:"rules,omitempty"`
	Recovered   bool     `json:"recovered,omitempty"` // rests on recovered records only
	Action      string   `json:"action,omitempty"`    // what closes the finding
	Flaws       int      `json:"flaws,omitempty"`     // that the action closes
	Urgent      int      `json:"urgent,omitempty"`    // of these, due within days
	Exploited   int      `json:"exploited,omitempty"` // of these, surely there and used in attacks
	Reachable   bool     `json:"reachable,omitempty"` // the Internet reaches the host
	Unproven    bool     `json:"unproven,omitempty"`  // the flaws may not be there
	Investigate bool     `json:"investigate,omitempty"`
}

type rule struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title,omitempty"`
	Level string `json:"level,omitempty"`
	Count int    `json:"count,omitempty"`
}
