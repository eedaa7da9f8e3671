<%@ Control Language="C#" AutoEventWireup="true" %><a href='<%# Eval("Url") %>'><%# Eval("Name") %></a> <%# Eval("Title") %>
