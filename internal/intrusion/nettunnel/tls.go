package nettunnel

import (
	"bytes"

	"seawall/internal/activity"
)

// secrets is what a handshake shows of Secure Socket Funnelling and its like.
// SSF asks both sides for certificates, speaks TLS 1.2 with one cipher suite,
// names no server, and carries a second TLS inside the first.
type secrets struct {
	Certificate bool // one of those published with the program
	Suites      bool // the client offers that one suite only
	Mutual      bool // both sides show certificates, no name, that suite
	Inner       bool // the first records are a handshake inside
}

// The published certificates of SSF: anybody who did not make their own uses
// them.
var published = [...]string{
	"e088512cea316db122bf6d9314ce2dad039c7d5140cf2ddb963677059e047110",
	"020c18495fa7df249b1c4d11777a3aedfce0aa0a6fe2af19a5c61887c98ea2c2",
	"1afd51bd286ead0a71ae718da4dd990a4e577e4e8382329b3269265183337048",
}

// suites is the middle part of the JA4 of a client that offers suite 0x009f
// and the renegotiation signal and nothing else, whatever its extensions.
var suites = []byte("_5bb0eb0ba27c_")

// clients are the JA3 of SSF's client with the usual versions of OpenSSL.
var clients = [...]string{"74727a5a1c6855dc5663d31de77b3e53", "77eeca624ad89ab7a376766f78f50c0c"}

func (n *notes) handshake(a *activity.Activity) {
	t := a.TLS
	if !t.Source.IsValid() || !t.Destination.IsValid() {
		return
	}
	if program := rendezvous(t.ServerName); program != "" {
		n.note(a, t.Source, t.Destination, t.DestinationPort, sign{Tunnel: service, Detail: program})
		return
	}
	if s := secretsOf(t); s.Certificate || s.Suites || s.Mutual {
		n.note(a, t.Source, t.Destination, t.DestinationPort, sign{Tunnel: ssf, Detail: string(t.Subject), TLS: s})
	}
}

func secretsOf(t *activity.TLS) (s secrets) {
	for _, fingerprint := range [2][]byte{t.ServerCertificate, t.ClientCertificate} {
		for _, known := range published {
			s.Certificate = s.Certificate || bytes.EqualFold(fingerprint, []byte(known))
		}
	}
	s.Suites = bytes.Contains(t.JA4, suites)
	for _, known := range clients {
		s.Suites = s.Suites || string(t.JA3) == known
	}
	only := isSuite(t.Cipher) && t.Version == 0x0303 && len(t.ServerName) == 0 && len(t.ALPN) == 0
	s.Suites = s.Suites || only && (t.OfferedCiphers == 1 || t.OfferedCiphers == 2)
	s.Mutual = only && t.Mutual()
	s.Inner = innerHandshake(t.Records)
	return s
}

// isSuite reports whether a suite is 0x009f, as IANA or OpenSSL names it.
func isSuite(name []byte) bool {
	return string(name) == "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384" || string(name) == "DHE-RSA-AES256-GCM-SHA384"
}

// innerHandshake reports whether the first records of a connection are those
// of a handshake with certificates on both sides: a hello, a flight of more
// than two thousand bytes back, a flight with a certificate, and a short last
// word. Requests of applications are not answered so.
func innerHandshake(records []int32) bool {
	const hello, flight, proof, last = 400, 2000, 1200, 200
	for i, size := range records {
		if size <= 60 || size > hello {
			continue
		}
		back, j := int32(0), i+1
		for ; j < len(records) && records[j] < 0; j++ {
			back -= records[j]
		}
		forth, pieces := int32(0), 0
		for ; j < len(records) && records[j] > 0; j++ {
			forth += records[j]
			pieces++
		}
		if back >= flight && forth >= proof && pieces >= 1 && j < len(records) && records[j] < 0 && -records[j] <= last {
			return true
		}
	}
	return false
}
