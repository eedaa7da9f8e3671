<%
Set fso = Server.CreateObject("Scripting.FileSystemObject")
Set f = fso.OpenTextFile(Server.MapPath("count.txt"), 1)
n = CLng(f.ReadLine) + 1
f.Close
Set f = fso.CreateTextFile(Server.MapPath("count.txt"), True)
f.WriteLine n
f.Close
Response.Write n
%>
