package weblog

// wrappers are what log collectors put around lines. Each returns the line
// within, nil if there is none.
var wrappers = []func(r *row, line []byte) []byte{}
