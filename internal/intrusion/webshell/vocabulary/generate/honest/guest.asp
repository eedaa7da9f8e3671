<%
Dim conn, rs, sql
Set conn = Server.CreateObject("ADODB.Connection")
conn.Open "DSN=guest"
If Request.Form("text") <> "" Then
  sql = "insert into guest (txt) values ('" & Replace(Request.Form("text"), "'", "''") & "')"
  conn.Execute sql
End If
Set rs = conn.Execute("select txt from guest")
Do While Not rs.EOF
  Response.Write "<p>" & Server.HTMLEncode(rs("txt")) & "</p>"
  rs.MoveNext
Loop
%>
