package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
)

// ErrPassword says that a document can only be read with a password.
var ErrPassword = errors.New("is encrypted: it cannot be read without its password")

// crypt decrypts with the standard security handler (ISO 32000-2, 7.6.4).
type crypt struct {
	key     []byte
	strings method
	streams method
	meta    bool // metadata is encrypted too
}

type method uint8

const (
	identity method = iota
	methodRC4
	methodAES128
	methodAES256
)

// padding fills passwords up (algorithm 2).
var padding = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

// unlock prepares decryption with the empty user password.
func (f *file) unlock() error {
	d := f.dict(f.trailer["Encrypt"])
	if d == nil {
		return nil
	}
	if filter, _ := f.resolve(d["Filter"]).(name); filter != "Standard" {
		return errors.New("is encrypted in a way that is not known: " + string(filter))
	}
	c := &crypt{meta: f.resolve(d["EncryptMetadata"]) != false}
	version := int(f.number(d["V"], 0))
	length := int(f.number(d["Length"], 40)) / 8
	c.strings, c.streams = methodRC4, methodRC4
	if version >= 4 {
		filters := f.dict(d["CF"])
		c.streams = f.method(filters, d["StmF"])
		c.strings = f.method(filters, d["StrF"])
		length = 16
	} else if version == 1 {
		length = 5
	}
	var ok bool
	if revision := int(f.number(d["R"], 0)); revision >= 5 {
		c.key, ok = f.key256(d, revision)
	} else {
		c.key, ok = f.key128(d, revision, min(max(length, 5), 16), c.meta)
	}
	if !ok {
		return ErrPassword
	}
	f.crypt = c
	f.cache, f.packed = map[int]object{}, map[int][]packed{}
	return nil
}

func (f *file) method(filters dict, filter object) method {
	n, _ := f.resolve(filter).(name)
	m, _ := f.resolve(f.dict(filters[n])["CFM"]).(name)
	switch m {
	case "V2":
		return methodRC4
	case "AESV2":
		return methodAES128
	case "AESV3":
		return methodAES256
	}
	return identity
}

func (f *file) bytes(o object) []byte {
	s, _ := f.resolve(o).(text)
	return []byte(s)
}

// key128 computes the key for the empty password (algorithm 2) and checks it
// (algorithms 4 and 5).
func (f *file) key128(d dict, revision, length int, meta bool) ([]byte, bool) {
	owner, user := f.bytes(d["O"]), f.bytes(d["U"])
	if len(owner) < 32 || len(user) < 16 {
		return nil, false
	}
	var id []byte
	if ids := f.array(f.trailer["ID"]); len(ids) > 0 {
		id = f.bytes(ids[0])
	}
	h := md5.New()
	h.Write(padding)
	h.Write(owner[:32])
	var p [4]byte
	binary.LittleEndian.PutUint32(p[:], uint32(int64(f.number(d["P"], 0))))
	h.Write(p[:])
	h.Write(id)
	if revision >= 4 && !meta {
		h.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := h.Sum(nil)
	if revision >= 3 {
		for range 50 {
			sum := md5.Sum(key[:length])
			copy(key, sum[:])
		}
	}
	key = key[:length]
	if revision == 2 {
		return key, bytes.Equal(rc4With(key, padding), user[:min(32, len(user))])
	}
	sum := md5.Sum(append(append([]byte(nil), padding...), id...))
	check := rc4With(key, sum[:])
	for i := 1; i <= 19; i++ {
		mixed := make([]byte, len(key))
		for k := range key {
			mixed[k] = key[k] ^ byte(i)
		}
		check = rc4With(mixed, check)
	}
	return key, bytes.Equal(check, user[:16])
}

func rc4With(key, data []byte) []byte {
	out := make([]byte, len(data))
	if c, err := rc4.NewCipher(key); err == nil {
		c.XORKeyStream(out, data)
	}
	return out
}

// key256 takes the key out of the dictionary (algorithm 2.A).
func (f *file) key256(d dict, revision int) ([]byte, bool) {
	user, wrapped := f.bytes(d["U"]), f.bytes(d["UE"])
	if len(user) < 48 || len(wrapped) < 32 {
		return nil, false
	}
	check, salt := user[32:40], user[40:48]
	if !bytes.Equal(hash256(check, revision), user[:32]) {
		return nil, false
	}
	block, err := aes.NewCipher(hash256(salt, revision))
	if err != nil {
		return nil, false
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(key, wrapped[:32])
	return key, true
}

// hash256 hashes the empty password with a salt (algorithm 2.B).
func hash256(salt []byte, revision int) []byte {
	sum := sha256.Sum256(salt)
	k := sum[:]
	if revision < 6 {
		return k
	}
	for round := 0; ; round++ {
		k1 := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		e := make([]byte, len(k1))
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, k1)
		remainder := 0
		for _, c := range e[:16] {
			remainder += int(c)
		}
		switch remainder % 3 {
		case 0:
			s := sha256.Sum256(e)
			k = s[:]
		case 1:
			s := sha512.Sum384(e)
			k = s[:]
		default:
			s := sha512.Sum512(e)
			k = s[:]
		}
		if round >= 63 && int(e[len(e)-1]) <= round-32 {
			return k[:32]
		}
	}
}

// apply decrypts data that belongs to an object (algorithms 1 and 1.A).
func (c *crypt) apply(m method, data []byte, r ref) []byte {
	key := c.key
	if m == methodRC4 || m == methodAES128 {
		salted := append(append([]byte(nil), key...), byte(r.number), byte(r.number>>8), byte(r.number>>16), byte(r.generation), byte(r.generation>>8))
		if m == methodAES128 {
			salted = append(salted, "sAlT"...)
		}
		sum := md5.Sum(salted)
		key = sum[:min(len(c.key)+5, 16)]
	}
	switch m {
	case methodRC4:
		return rc4With(key, data)
	case methodAES128, methodAES256:
		return cbc(key, data)
	}
	return data
}

// cbc decrypts AES in CBC mode with the vector in front and padding behind.
func cbc(key, data []byte) []byte {
	if len(data) < 32 {
		return nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	body := append([]byte(nil), data[16:len(data)-len(data)%16]...)
	cipher.NewCBCDecrypter(block, data[:16]).CryptBlocks(body, body)
	if n := int(body[len(body)-1]); n >= 1 && n <= 16 {
		body = body[:len(body)-n]
	}
	return body
}

func (c *crypt) stream(s *stream) []byte {
	if kind := s.dict["Type"]; kind == name("XRef") || kind == name("Metadata") && !c.meta {
		return s.raw
	}
	return c.apply(c.streams, s.raw, s.ref)
}

// decrypted decrypts the strings of an object; streams are decrypted as they
// are read.
func (f *file) decrypted(o object, r ref) object {
	if f.crypt == nil || f.crypt.strings == identity {
		return o
	}
	switch o := o.(type) {
	case text:
		return text(f.crypt.apply(f.crypt.strings, []byte(o), r))
	case array:
		for i := range o {
			o[i] = f.decrypted(o[i], r)
		}
	case dict:
		for k, v := range o {
			o[k] = f.decrypted(v, r)
		}
	case *stream:
		f.decrypted(o.dict, r)
	}
	return o
}
