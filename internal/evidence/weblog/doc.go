// Package weblog reads the logs of web servers, proxies, load balancers, web
// application firewalls and VPN gateways, and tells what requests and logins
// they record.
//
// A file of such logs is lines. How a line is read depends on the line alone
// and on what the head of the file showed: the ways of writing that were seen
// there are tried first, then all others, and last one that goes by what the
// columns of a line look like, so that the directives with which a server was
// configured need not be known. So files that mix formats are read,
// and the result does not depend on where blocks begin. W3C logs, whose header
// says what the columns are and may change in the middle, have their headers
// collected by the reader ahead of decoding.
//
// Fields are named as in Sigma's taxonomy for web servers and proxies, which
// are those of W3C logs: cs-method, cs-uri-stem, cs-uri-query, c-ip, sc-status.
// Values are what the client sent: escapes that the log format added are
// undone, those of the request are not.
package weblog
