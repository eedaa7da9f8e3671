<!--#include file="conn.asp"--><%
Set rs = Server.CreateObject("ADODB.Recordset")
rs.Open "select * from class order by id", conn, 1, 1
Do Until rs.EOF
  Response.Write "<option value=" & rs("id") & ">" & rs("name") & "</option>"
  rs.MoveNext
Loop
rs.Close
%>
