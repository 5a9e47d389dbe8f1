package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwarded puts the reader's own address in the place of that of a proxy of the host's, who says whom it asks for. Nobody
// else is believed: an address of one's own choosing would be a way around every limit.
func (s *site) forwarded(next http.Handler) http.Handler {
	if len(s.Proxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from := s.readerOf(r); from != "" {
			r = r.Clone(r.Context())
			r.RemoteAddr = net.JoinHostPort(from, "0")
		}
		next.ServeHTTP(w, r)
	})
}

// readerOf is the last address on the way here that is no proxy of the host's; "" when that is the connection's own.
func (s *site) readerOf(r *http.Request) string {
	direct, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !s.proxy(direct.Addr()) {
		return ""
	}
	way := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(way) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return "" // what a proxy of the host's has not written in full is not to be read
		}
		if !s.proxy(a) {
			return a.Unmap().String()
		}
	}
	return ""
}

func (s *site) proxy(a netip.Addr) bool {
	return slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}
