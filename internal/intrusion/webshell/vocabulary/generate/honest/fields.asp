<%
For i = 0 To rs.Fields.Count - 1
  Execute "v_" & rs.Fields(i).Name & " = rs.Fields(i).Value"
Next
%>
