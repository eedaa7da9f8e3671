<%
user = Request("user") : pass = Request("pass")
If user = Application("admin") And pass = Application("password") Then Session("ok") = True : Response.Redirect "menu.asp"
%>
