package weblog

import "strings"

// alias is a field of requests and the paths of JSON documents that carry it,
// in lower case, best first.
type alias struct {
	field string
	paths string // separated by blanks
}

// aliases are the names that products and usual configurations give.
var aliases = []alias{
	{"c-ip", "request.client_ip request.remote_ip request.remote_addr clienthost clientip client_ip clientaddr remote_addr remote_ip remoteip remoteaddr httprequest.clientip httprequest.remoteip properties.clientip properties.socketip downstream_remote_address downstream_direct_remote_address transaction.client_ip transaction.remote_address source.ip source.address client.ip client.address c_ip src_ip source_ip ip client jsonpayload.remoteip properties.cip cip ip_client"},
	{"x-forwarded-for", "request.headers.x-forwarded-for x-forwarded-for x_forwarded_for http_x_forwarded_for request_x-forwarded-for xff xforwardedfor forwarded_for transaction.request.headers.x-forwarded-for"},
	{"cs-method", "request.method requestmethod clientrequestmethod httprequest.httpmethod httprequest.requestmethod properties.httpmethod properties.method properties.csmethod transaction.request.method http.request.method request_method http_method httpmethod verb csmethod method"},
	{"cs-uri", "request.uri requestpath clientrequesturi httprequest.uri httprequest.requesturl properties.requesturi properties.csuristem transaction.request.uri http.request.uri url.original x-envoy-original-path x-envoy-origin-path request_uri requesturi request_url requesturl uri path url url.path csuristem request_path resourcepath"},
	{"cs-request", "request.request_line request request_line requestline message_request"},
	{"cs-uri-query", "httprequest.args properties.requestquery properties.csuriquery query_string args url.query csuriquery query"},
	{"cs-version", "request.proto requestprotocol clientrequestprotocol httprequest.httpversion httprequest.protocol properties.httpversion transaction.request.protocol transaction.request.http_version http.version server_protocol request_protocol protocol http_version proto"},
	{"sc-status", "status downstreamstatus edgeresponsestatus response_code responsecode httprequest.status properties.httpstatus properties.httpstatuscode properties.scstatus transaction.response.http_code transaction.response.status http.response.status_code response_status status_code statuscode http_status scstatus response.status code"},
	{"upstream-status", "originstatus originresponsestatus upstream_status properties.serverstatus properties.originstatuscode"},
	{"sc-bytes", "size downstreamcontentsize edgeresponsebytes bytes_sent body_bytes_sent bytessent httprequest.responsesize properties.sentbytes properties.responsebytes properties.scbytes http.response.body.bytes http.response.bytes response_body_size response_size response_bytes scbytes bytes resp_size"},
	{"cs-bytes", "bytes_read requestcontentsize clientrequestbytes bytes_received request_length httprequest.requestsize properties.receivedbytes properties.requestbytes properties.csbytes request_size csbytes"},
	{"cs-host", "request.host requesthost clientrequesthost :authority authority httprequest.host properties.host properties.hostname properties.originalhost properties.cshost transaction.request.headers.host url.domain http_host hostheader vhost virtual_host server_name host cshost"},
	{"cs-user-agent", "request.headers.user-agent request_user-agent user-agent clientrequestuseragent httprequest.useragent properties.useragent properties.csuseragent transaction.request.headers.user-agent user_agent.original http_user_agent request_user_agent user_agent useragent agent csuseragent ua"},
	{"cs-referer", "request.headers.referer request_referer clientrequestreferer httprequest.referer properties.referer properties.referrer transaction.request.headers.referer http.request.referrer http_referer http_referrer referer referrer csreferer"},
	{"cs-cookie", "request.headers.cookie request_cookie http_cookie cookie cookies"},
	{"cs-username", "user_id clientusername remote_user user.name username user uname"},
	{"s-backend", "upstream_host serviceaddr upstream_addr upstream properties.serverrouted properties.backendhostname originip httprequest.serverip"},
	{"x-action", "wafaction properties.action action securityaction request_status transaction.is_interrupted audit_data.action.intercepted"},
	{"cs-body", "transaction.request.body request.body request_body requestbody http.request.body.content"},
	{"sc-content-type", "resp_headers.content-type content_type downstream_content-type edgeresponsecontenttype sent_http_content_type"},
	{"time", "ts startutc startlocal time start_time edgestarttimestamp @timestamp timestamp time_iso8601 time_local timestamp_ns datetime eventtime timegenerated transaction.time_stamp transaction.timestamp transaction.time transaction.unix_timestamp receivetimestamp date t msec"},
	{"message", "msg message properties.message"},
	{"x-session", "session_id sessionid session.id session jti sid token_id auth_session_id"},
	{"x-event", "event.action event event_name activity operation activitydisplayname"},
	{"x-outcome", "event.outcome outcome result success succeeded login_status"},
	{"level", "level severity log.level lvl loglevel"},
	{"duration", "duration request_time requesttime duration_ms time_ms latency request_duration properties.timetaken timetaken httprequest.latency response_time responsetime elapsed"},
}

// aliasRank says which field a path carries and how well.
type aliasRank struct {
	field string
	rank  int // 0 best
}

var aliasOf = func() map[string]aliasRank {
	m := map[string]aliasRank{}
	for _, a := range aliases {
		for i, p := range strings.Fields(a.paths) {
			if _, taken := m[p]; !taken {
				m[p] = aliasRank{a.field, i}
			}
		}
	}
	return m
}()

// productMarks are paths that tell the product, and its source.
var productMarks = []struct{ path, source string }{
	{"edgeresponsestatus", SourceEdge}, {"rayid", SourceEdge}, {"fastly_server", SourceEdge}, {"properties.trackingreference", SourceEdge},
	{"terminatingruleid", SourceFirewall}, {"transaction.messages", SourceFirewall}, {"properties.ruleid", SourceFirewall}, {"properties.rulename", SourceFirewall},
	{"transaction.id", SourceFirewall}, {"audit_data.messages", SourceFirewall}, {"transaction.transaction_id", SourceFirewall},
	{"downstreamstatus", SourceBalancer}, {"response_flags", SourceBalancer}, {"httprequest.requesturl", SourceBalancer}, {"properties.serverrouted", SourceBalancer},
	{"properties.clientip", SourceBalancer},
}

// foreignMarks are paths of documents that are about requests but no web logs.
var foreignMarks = []string{"flow_id", "id.orig_h", "event_type", "eventname", "eventid", "event.system.channel", "winlog.channel", "bomformat", "artifactname", "webserver", "tech", "template-id", "matched-at"}
