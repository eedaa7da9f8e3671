// Package syntax answers what a server-side script says: it turns the source
// of a page, in any of the languages web servers run, into one small tree.
//
// Every language has its own lexer. Two parsers read the tokens: one for the
// languages with braces (PHP, Java, C#, JScript, Perl, Python after its
// indentation was turned into braces), one for the Basic family. Both are
// tolerant: whatever the input, they come to its end in linear time, and what
// they do not understand costs one token. Depth is bounded, so that deeply
// nested input cannot exhaust the stack.
package syntax
